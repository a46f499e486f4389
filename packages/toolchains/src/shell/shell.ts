/** Apps that are a shell script: start.sh or run.sh, started by the interpreter of its first line. */
import { posix } from 'node:path'
import { hop3Error, normalPath, shellQuote, visible } from '@hop3/core'
import type { OptionsOf, ToolchainContext, ToolchainPlan, Verdict } from '@hop3/core'
import type { Language } from '../language.ts'
import { readOptions } from '../read-options.ts'

export const shellOptions = ((z) =>
  z.strictObject({
    script: z.string().min(1).optional().describe('The script to start: bin/serve.sh. Default: start.sh or run.sh.'),
  })) satisfies OptionsOf

const scripts = ['start.sh', 'run.sh']

async function acceptShell({ source, options, named }: ToolchainContext): Promise<Verdict> {
  const asked = (await readOptions({ options }, 'shell', shellOptions)).script
  if (asked !== undefined)
    return { accepted: true, reason: 'hop3.toml [build.shell] names a script', evidence: await onlyFiles({ source }, asked) }
  const names = await source.list()
  const script = scripts.find((name) => names.includes(name))
  if (script !== undefined && (await source.hasFile(script))) return { accepted: true, reason: `${script} starts it`, evidence: [script] }
  return named
    ? { accepted: true, reason: 'the configuration names it', evidence: [] }
    : { accepted: false, reason: 'no start.sh or run.sh' }
}

async function onlyFiles({ source }: Pick<ToolchainContext, 'source'>, path: string): Promise<readonly string[]> {
  return (await source.hasFile(path)) ? [path] : []
}

/** Nothing is built. Throws `config.shell.script` when there is no such script. */
async function planShell(context: ToolchainContext): Promise<ToolchainPlan> {
  const { source } = context
  const asked = (await readOptions(context, 'shell', shellOptions)).script
  const names = await source.list()
  const script = asked === undefined ? scripts.find((name) => names.includes(name)) : normalPath(asked)
  if (script === undefined || /^(?:\/|\.\.)/.test(script) || !(await source.hasFile(script))) throw noScript(asked)
  const text = (await source.readText(script)) ?? ''
  const interpreter = interpreterOf(text)
  const command = [...interpreter, script].map(shellQuote).join(' ')
  return {
    kind: 'shell',
    phases: {},
    processes: { web: command },
    versions: {},
    runtime: {},
    decisions: [{ key: 'processes.web', value: command, origin: asked === undefined ? `${script}:1` : 'hop3.toml [build.shell] script' }],
    warnings: text.includes('\r\n')
      ? [`${script} ends its lines as Windows does, which a shell takes for part of its words: convert it with \`dos2unix ${script}\`.`]
      : [],
  }
}

/**
 * The words of the first line by name, for PATH to find: a script is started that way whether or not it is executable, and wherever the host
 * keeps the program. `sh` where there is no such line.
 */
function interpreterOf(text: string): readonly string[] {
  const [program, ...words] = (/^#![ \t]*([^\r\n]+)/.exec(text)?.[1] ?? 'sh').trim().split(/\s+/)
  const name = posix.basename(program ?? 'sh')
  if (name !== 'env') return [name, ...words]
  const first = words.findIndex((word) => !word.startsWith('-') && !/^\w+=/.test(word))
  return first < 0 ? ['sh'] : words.slice(first)
}

function noScript(asked: string | undefined): Error {
  const message =
    asked === undefined
      ? 'The shell toolchain was asked for, but there is no start.sh or run.sh.'
      : `hop3.toml [build.shell] script names ${visible(asked)}, which is not a file of the app.`
  return hop3Error('config.shell.script', message, {
    hint: 'Name a file of the app under [build.shell] in hop3.toml: script = "bin/serve.sh".',
  })
}

export const shell: Language = { name: 'shell', options: shellOptions, accept: acceptShell, plan: planShell }
