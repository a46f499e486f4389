/** Whether anything shows that a program serves, where it is told to. */
import { posix } from 'node:path'
import { joinPaths } from '@hop3/core'
import type { Decision, SourceView } from '@hop3/core'
import { silentProgramWarning } from '../bare-command.ts'
import { fixedPortWarning } from '../fixed-port.ts'
import { programText } from '../readable-text.ts'

const serves =
  /[Ss]erver|[Ss]ocket|[Hh]ttp|\bPORT\b|\b(?:Javalin|Spark|Vertx|Undertow|Netty|Jetty|Jooby|Quarkus|Micronaut|SpringApplication)\b/
/** What a program of one file may take in without a server coming with it. */
const quiet = /^import\s+(?:static\s+)?java\.(?:io|lang|math|nio\.file|text|time|util)\./

/** The sentence for a program whose main class listens on a port of its own, or that is known whole, because this lies alone, and listens nowhere. */
export async function listeningWarnings(
  source: SourceView,
  decisions: readonly Decision[],
  web: string | undefined,
): Promise<readonly string[]> {
  const file = web === undefined ? undefined : await mainFile(source, decisions)
  const text = file === undefined ? undefined : await programText(source, file)
  if (web === undefined || file === undefined || text === undefined) return []
  const isAlone = (await source.list(posix.dirname(file))).length === 1
  const imports = text.split('\n').filter((line) => /^import\s/.test(line))
  const isSilent = isAlone && imports.every((line) => quiet.test(line)) && !serves.test(text)
  return isSilent ? [silentProgramWarning(web)] : fixedPortWarning('java', file, text)
}

/** What the decision names as its origin, or the file of the class it names. */
async function mainFile(source: SourceView, decisions: readonly Decision[]): Promise<string | undefined> {
  const { value, origin } = decisions.find(({ key }) => key === 'java.start') ?? {}
  if (origin?.endsWith('.java') === true) return origin
  if (value === undefined || !/^[\w.]+$/.test(value)) return undefined
  const module = decisions.find(({ key }) => key === 'java.module')?.value ?? ''
  const file = joinPaths(module, 'src/main/java', `${value.replaceAll('.', '/')}.java`)
  return (await source.hasFile(file)) ? file : undefined
}
