/** Files that scripts work on and that are not there: what a registry gives out has the scripts of the repository it was made in, and not their files. */
import { joinPaths, normalPath } from '@hop3/core'
import { textAt, valueAt, tableAt } from '../value-at.ts'
import type { NodeApp } from './package-json.ts'
import { directCommand, installScripts } from './scripts.ts'

/** What the first step of a script that makes anything reads, where it is not in the source; undefined as well for what is not known to read a file. */
export async function missingInput(app: NodeApp, script: string, seen: readonly string[] = []): Promise<string | undefined> {
  const text = app.scripts[script]
  if (text === undefined || seen.includes(script) || seen.length > 4) return undefined
  if (app.scripts[`pre${script}`] !== undefined || madeByInstalling(app)) return undefined
  for (const step of text.split('&&').map((one) => one.trim())) {
    const called = calledBy(app, step)
    for (const one of called) {
      const missing = await missingInput(app, one, [...seen, script])
      if (missing !== undefined) return missing
    }
    // What a step makes, the next may read.
    const makes = (one: string): boolean => !removes.test(one.trim())
    if (called.length === 0 && makes(step)) return missingOf(app, wordsOf(step))
    if (called.some((one) => (app.scripts[one] ?? '').split('&&').some(makes))) return undefined
  }
  return undefined
}

/** The file that a start script starts, where it is neither in the source nor made: `isBuilt` says that something may make it. */
export async function missingStart(app: NodeApp, script: string, isBuilt: boolean): Promise<string | undefined> {
  const [program = '', ...words] = wordsOf(directCommand(app, script) ?? '')
  const file = fileIn(words)
  if (file === undefined || !(program === 'node' || runsSources.test(program))) return undefined
  const isOutside = joinPaths(app.directory, file).startsWith('../')
  if (isOutside) return file
  // The last runs what people write, not what a build makes of it.
  if (program === 'node' && (isBuilt || madeByInstalling(app))) return undefined
  return (await isThere(app, file)) ? undefined : file
}

/** The one command of a package, or the one called like it, with the file that is it. */
export async function ownCommand(app: NodeApp): Promise<{ readonly name: string; readonly file: string } | undefined> {
  const bin = valueAt(app.data, 'bin')
  const short = app.name?.replace(/^@[^/]*\//, '')
  const all = Object.keys(tableAt(bin) ?? {})
  const name = typeof bin === 'string' ? short : all.length === 1 ? all[0] : all.find((one) => one === short)
  const file = (typeof bin === 'string' ? bin : textAt(bin, name ?? ''))?.replace(/^\.\//, '')
  if (name === undefined || file === undefined || !isPlain(file) || !/^[\w@.-]+$/.test(name)) return undefined
  return (await app.source.hasFile(file)) ? { name, file } : undefined
}

/** Whether what a build makes is there already, as in a package from a registry. */
export async function isBuiltAlready(app: NodeApp): Promise<boolean> {
  const main = textAt(app.data, 'main')?.replace(/^\.\//, '')
  return (main !== undefined && isPlain(main) && (await isThere(app, main))) || (await ownCommand(app)) !== undefined
}

/** A script of the installation that does more than building and testing what is there. */
function madeByInstalling(app: NodeApp): boolean {
  return installScripts(app).some(
    (script) => !/^(?:npm|pnpm|yarn)(?: run)? (?:build|test|prepublish\w*)\b/.test(app.scripts[script]?.trim() ?? ''),
  )
}

/** The scripts that a step runs: `npm run clean`, `run-s build:*`. */
function calledBy({ scripts }: NodeApp, step: string): readonly string[] {
  const one = /^(?:npm|pnpm|yarn)(?: run)? ([\w:.-]+)$/.exec(step)?.[1]
  const several = /^(?:npm-run-all|run-s|run-p)((?: [\w:.*-]+)+)$/.exec(step)?.[1]?.trim().split(' ') ?? []
  const patterns = [...(one === undefined ? [] : [one]), ...several.filter((name) => !name.startsWith('-'))]
  const isCalled = (name: string): boolean =>
    patterns.some((pattern) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern))
  return Object.keys(scripts).filter(isCalled).slice(0, 8)
}

const removes = /^(?:rimraf|rm|del(?:-cli)?|del|mkdirp?|shx (?:rm|mkdir)|npx rimraf)\s/
const runsSources = /^(?:babel-node|ts-node|tsx|nodemon|ts-node-dev)$/
/** Flags that take the next word. */
const takesWord = /^(?:-r|--require|--import|--loader|--env-file|--extensions|-x|--exec|--config|--watch|-w|-e|--ext|--max-old-space-size)$/

/** Without variables, and without who only finds the program. */
function wordsOf(command: string): readonly string[] {
  const plain = command.replace(/^(?:\w+=(?:\$\((?:[^()]|\([^()]*\))*\)|[^\s$(]\S*)?\s+)*/, '')
  const words = plain.split(/\s+/).filter((word) => word !== '')
  const finds = ['npx', 'yarn', 'cross-env'].includes(words[0] ?? '') ? 1 : words[0] === 'pnpm' && words[1] === 'exec' ? 2 : 0
  const rest = words.slice(finds)
  const first = rest.findIndex((word) => !/^\w+=/.test(word))
  return first === -1 ? [] : rest.slice(first)
}

function fileIn(words: readonly string[]): string | undefined {
  const index = words.findIndex((word, at) => !word.startsWith('-') && !takesWord.test(words[at - 1] ?? ''))
  const file = words[index]
  return file !== undefined && isPlain(file) && file.includes('/') ? file : undefined
}

/** Parcel is told in package.json what it starts from, each of them by itself. */
async function missingOf(app: NodeApp, words: readonly string[]): Promise<string | undefined> {
  if (words.join(' ') !== 'parcel build') return firstMissing(app, inputsOf(words))
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
  if (program === 'tsc') return files.length > 0 || has(/^(?:-b|--build|--project=)/) ? [] : ['tsconfig.json']
  if (program === 'babel') return words[0] === undefined || words[0].startsWith('-') ? [] : [words[0]]
  if (program === 'gulp') return has(/^(?:-f|--gulpfile|--cwd)/) ? [] : ['gulpfile', 'Gulpfile'].flatMap(configurations)
  if (program === 'grunt')
    return has(/^(?:--gruntfile|-b|--base)/) ? [] : ['Gruntfile.js', 'Gruntfile.coffee', 'Gruntfile.cjs', 'Gruntfile.ts', 'gruntfile.js']
  if (program === 'webpack') return files.length > 0 || has(/^(?:-c|--config|--entry)/) ? [] : [...configurations('webpack.config'), 'src']
  if (program === 'rollup' && /^(?:-c|--config)$/.test(words.at(-1) ?? '')) return configurations('rollup.config')
  return program === 'node' || runsSources.test(program) ? [fileIn(words) ?? ''] : []
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

function isPlain(path: string): boolean {
  return /^[\w@./-]+$/.test(path) && !path.startsWith('-') && !path.startsWith('/')
}

/** As Node finds it: with or without its ending, or a directory. */
async function isThere({ source, directory }: NodeApp, path: string): Promise<boolean> {
  const plain = normalPath(path).replace(/\/$/, '')
  if (plain.startsWith('..')) return directory !== ''
  for (const end of ['', '.js', '.mjs', '.cjs', '.ts', '.tsx', '.json', '.coffee']) if (await source.hasFile(`${plain}${end}`)) return true
  return plain === '.' || source.hasDirectory(plain)
}
