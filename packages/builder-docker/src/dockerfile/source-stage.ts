/** The app's source inside a build, and the part of it a phase reads. */
import { posix } from 'node:path'
import { shellQuote } from '@hop3/core'
import { appRoot } from './app-root.ts'
import { copyWords } from './quote.ts'
import { runParts } from './run-instruction.ts'

/** More of them, and a step of their own collects them: an image has at most 127 layers. */
const mostCopies = 8
/** Never part of an app. */
const always = ['/.hop3', '.git']

/**
 * The whole source without what the build makes itself, whatever .dockerignore says: an output of the author's machine must not get into
 * the image. `exclude` is in .gitignore syntax; a line that takes back another (`!x`) is left to the context.
 */
export function sourceStage(exclude: readonly string[]): readonly string[] {
  const patterns = [...always, ...exclude].filter((line) => line !== '' && !/^[!#]/.test(line)).map((line) => line.replace(/\/$/, ''))
  const isAnywhere = (pattern: string): boolean => !pattern.includes('/')
  const names = patterns.filter(isAnywhere).map((name) => `-name ${shellQuote(name)}`)
  const anchored = patterns.filter((pattern) => !isAnywhere(pattern)).map((pattern) => globWord(`./${pattern.replace(/^\/|^\*\*\//, '')}`))
  const commands = [
    ...(anchored.length === 0 ? [] : [`rm -rf ${anchored.join(' ')}`]),
    ...(names.length === 0 ? [] : [`find . \\( ${names.join(' -o ')} \\) -prune -exec rm -rf {} +`]),
  ]
  return ['FROM base AS source', 'COPY . .', runParts(commands)]
}

export interface InputCopies {
  /** A stage that comes before, where there has to be one. */
  readonly stage: readonly string[]
  readonly lines: readonly string[]
}

/** Copies a phase's declared inputs and nothing else, so that its layer stays as long as they do. `made` are outputs of earlier phases. */
export function inputCopies(declared: readonly string[], stageName: string, made: readonly string[]): InputCopies {
  const isMade = (path: string): boolean => made.some((output) => path === output || path.startsWith(`${output}/`))
  const paths = [...new Set(declared.map((path) => posix.normalize(path).replace(/\/$/, '')))].filter((path) => !isMade(path))
  if (paths.length === 0) return { stage: [], lines: [] }
  if (paths.length <= mostCopies && !paths.some((path) => /[*?[\\]/.test(path) || path === '.'))
    return { stage: [], lines: paths.map((path) => `COPY ${copyWords(path, posix.join(appRoot, path))}`) }
  const name = `${stageName}-inputs`
  return {
    stage: [`FROM source AS ${name}`, runParts(['mkdir /inputs', ...collect(paths)])],
    lines: [`COPY --from=${name} /inputs ${appRoot}`],
  }
}

/** What is not there is left out, as in a local build. */
function collect(paths: readonly string[]): readonly string[] {
  const deep = paths.filter((path) => path.includes('**'))
  const words = paths.filter((path) => !path.includes('**')).map(globWord)
  const loop = `for path in ${words.join(' ')}; do if [ -e "$path" ]; then cp -a --parents "$path" /inputs/; fi; done`
  const find = deep
    .flatMap((path) => [`./${path}`, `./${path.replaceAll('**/', '')}`])
    .map((path) => `-path ${shellQuote(path.replaceAll('**', '*'))}`)
  return [
    ...(words.length === 0 ? [] : [loop]),
    ...(find.length === 0 ? [] : [`find . \\( ${find.join(' -o ')} \\) -exec cp -a --parents {} /inputs/ \\;`]),
  ]
}

/** Quoted but for what is a pattern. */
function globWord(path: string): string {
  return path
    .split(/([*?]+)/)
    .map((part) => (/^[*?]*$/.test(part) ? part : shellQuote(part)))
    .join('')
}
