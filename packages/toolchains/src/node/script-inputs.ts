/** The files that the steps of scripts read, as far as their words say. */
import { joinPaths, normalPath } from '@hop3/core'
import { tableAt, textAt, textsAt, valueAt } from '../value-at.ts'
import type { NodeApp } from './package-json.ts'

/** Programs that run what people write, and not what a build makes of it. */
export const runsSources = /^(?:babel-node|ts-node|tsx|nodemon|ts-node-dev)$/
/** Flags that take the next word. */
const takesWord = /^(?:-r|--require|--import|--loader|--env-file|--extensions|-x|--exec|--config|--watch|-w|-e|--ext|--max-old-space-size)$/

/** Without variables, and without who only finds the program. */
export function wordsOf(command: string): readonly string[] {
  const plain = command.replace(/^(?:\w+=(?:\$\((?:[^()]|\([^()]*\))*\)|[^\s$(]\S*)?\s+)*/, '')
  const words = plain.split(/\s+/).filter((word) => word !== '')
  const finds = ['npx', 'yarn', 'cross-env'].includes(words[0] ?? '') ? 1 : words[0] === 'pnpm' && words[1] === 'exec' ? 2 : 0
  const rest = words.slice(finds)
  const first = rest.findIndex((word) => !/^\w+=/.test(word))
  return first === -1 ? [] : rest.slice(first)
}

/** The file that the words after a program name. */
export function fileIn(words: readonly string[]): string | undefined {
  const index = words.findIndex((word, at) => !word.startsWith('-') && !takesWord.test(words[at - 1] ?? ''))
  const file = words[index]
  return file !== undefined && isPlain(file) && file.includes('/') ? file : undefined
}

/** The same for a build, whose first file is there before anything is made. */
function firstFile(words: readonly string[]): string | undefined {
  const [file = ''] = words
  return fileIn(words) ?? (isPlain(file) && /\.[cm]?[jt]s$/.test(file) ? file : undefined)
}

/** What a step reads that is not there. Parcel is told in package.json what it starts from, each of them by itself; tsc in its project. */
export async function missingOf(app: NodeApp, words: readonly string[]): Promise<string | undefined> {
  // Its file is found whatever the case of its letters.
  if (words[0] === 'grunt' && app.names.some((name) => /^gruntfile\.\w+$/i.test(name))) return undefined
  if (words.join(' ') !== 'parcel build') return (await firstMissing(app, inputsOf(words))) ?? missingOfProject(app, words)
  const targets = Object.values(tableAt(app.data, 'targets') ?? {}).map((target) => textAt(target, 'source'))
  for (const source of [textAt(app.data, 'source'), ...targets.slice(0, 8)]) {
    const missing = source === undefined ? undefined : await firstMissing(app, [source])
    if (missing !== undefined) return missing
  }
  return undefined
}

/** One of each list has to be there. Nothing for words that may mean another file: a build that is there is never left out for a guess. */
function inputsOf([program = '', ...words]: readonly string[]): readonly string[] {
  const named = (flag: RegExp): string | undefined => words[words.findIndex((word) => flag.test(word)) + 1]
  const has = (flag: RegExp): boolean => words.some((word) => flag.test(word))
  const files = words.filter((word, at) => !word.startsWith('-') && !plainFlag.test(words[at - 1] ?? ''))
  if (program === 'tsc' && has(/^(?:-p|--project)$/)) return [named(/^(?:-p|--project)$/) ?? '']
  if (program === 'tsc') return files.length > 0 || has(/^--project=/) ? [] : ['tsconfig.json']
  if (program === 'madrun') return ['.madrun.mjs', '.madrun.js', '.madrun.cjs']
  if (program === 'cp') return files.length < 2 || has(/^(?:-t|--target-directory)/) ? [] : [files[0] ?? '']
  if (program === 'babel') return words[0] === undefined || words[0].startsWith('-') ? [] : [words[0]]
  if (program === 'gulp') return has(/^(?:-f|--gulpfile|--cwd)/) ? [] : ['gulpfile', 'Gulpfile'].flatMap(configurations)
  if (program === 'grunt')
    return has(/^(?:--gruntfile|-b|--base)/) ? [] : ['Gruntfile.js', 'Gruntfile.coffee', 'Gruntfile.cjs', 'Gruntfile.ts', 'gruntfile.js']
  if (program === 'webpack') return files.length > 0 || has(/^(?:-c|--config|--entry)/) ? [] : [...configurations('webpack.config'), 'src']
  if (program === 'rollup' && /^(?:-c|--config)$/.test(words.at(-1) ?? '')) return configurations('rollup.config')
  return program === 'node' || runsSources.test(program) ? [firstFile(words) ?? ''] : []
}

/** What a project of TypeScript's is built on, or takes its files from, where all of that is missing. */
async function missingOfProject(app: NodeApp, [program, ...words]: readonly string[]): Promise<string | undefined> {
  const flag = words.findIndex((word) => /^(?:-p|--project|-b|--build)$/.test(word))
  const named = words[flag + 1]
  // Its files, or a project behind a sign.
  if (flag === -1 && words.some((word) => !word.startsWith('-') || /^--(?:project|build)=/.test(word))) return undefined
  const file = flag === -1 || named === undefined || named.startsWith('-') ? 'tsconfig.json' : named
  if (program !== 'tsc' || !isPlain(file) || !file.endsWith('.json')) return undefined
  const project = await app.source.readJson(file).catch(() => undefined)
  const below = (path: string): string => joinPaths(normalPath(file).split('/').slice(0, -1).join('/'), path)
  const references = valueAt(project, 'references')
  for (const one of Array.isArray(references) ? references.slice(0, 50) : []) {
    const missing = await firstMissing(app, [below(textAt(one, 'path') ?? '')])
    if (missing !== undefined) return missing
  }
  const places = textsAt(project, 'include')
    .slice(0, 50)
    .map((pattern) => below(plainStart(pattern)))
  return textsAt(project, 'files').length > 0 ? undefined : firstMissing(app, places)
}

/** The directories before the first name that is a pattern. */
function plainStart(pattern: string): string {
  const names = pattern.split('/')
  const first = names.findIndex((name) => /[*?]/.test(name))
  return (first === -1 ? names : names.slice(0, first)).join('/')
}

/** Flags whose value is no file that a build begins with. */
const plainFlag = /^(?:--mode|--env|--devtool|--target|-t|--module|-m|--outDir)$/

function configurations(name: string): readonly string[] {
  return ['js', 'mjs', 'cjs', 'ts', 'mts', 'cts', 'coffee', 'babel.js', 'esm.js'].map((end) => `${name}.${end}`)
}

async function firstMissing(app: NodeApp, alternatives: readonly string[]): Promise<string | undefined> {
  const [first] = alternatives
  if (first === undefined || !alternatives.every(isPlain)) return undefined
  for (const one of alternatives) if (joinPaths(app.directory, one).startsWith('..') || (await isThere(app, one))) return undefined
  return normalPath(first)
}

export function isPlain(path: string): boolean {
  return (
    /^[\w@./-]{1,1000}$/.test(path) && path.split('/').every((name) => name.length < 256) && !path.startsWith('-') && !path.startsWith('/')
  )
}

/** As Node finds it: with or without its ending, or a directory. What is installed is there by then. */
export async function isThere({ source, directory }: NodeApp, path: string): Promise<boolean> {
  const plain = normalPath(path).replace(/\/$/, '')
  if (/(?:^|\/)node_modules\//.test(plain)) return true
  if (plain.startsWith('..')) return directory !== ''
  for (const end of ['', '.js', '.mjs', '.cjs', '.ts', '.tsx', '.json', '.coffee']) if (await source.hasFile(`${plain}${end}`)) return true
  return plain === '.' || source.hasDirectory(plain)
}
