/** Files that scripts work on and that are not there: what a registry gives out has the scripts of the repository it was made in, and not their files. */
import { joinPaths } from '@hop3/core'
import { isPublished } from './built-package.ts'
import type { NodeApp } from './package-json.ts'
import { fileIn, isThere, missingOf, runsSources, wordsOf } from './script-inputs.ts'
import { directCommand, installScripts } from './scripts.ts'

/** What the first step of a script that makes anything reads, where it is not in the source; undefined as well for what is not known to read a file. */
export async function missingInput(app: NodeApp, script: string, seen: readonly string[] = []): Promise<string | undefined> {
  const text = app.scripts[script]
  if (text === undefined || seen.includes(script) || seen.length > 4) return undefined
  if (app.scripts[`pre${script}`] !== undefined || (madeByInstalling(app) && !isPublished(app))) return undefined
  for (const step of text.split('&&').map((one) => one.trim())) {
    // What may fail, or runs beside another, says nothing.
    if (/[|;&<>`\n]/.test(step)) return undefined
    const { scripts, isAtOnce } = calledBy(app, step)
    if (scripts.length === 0 && makes(step)) return missingOf(app, wordsOf(step))
    for (const one of scripts) {
      const missing = await missingInput(app, one, [...seen, script])
      if (missing !== undefined) return missing
      // What it makes, the next may read.
      if (!isAtOnce && makesAnything(app, one)) return undefined
    }
    if (scripts.some((one) => makesAnything(app, one))) return undefined
  }
  return undefined
}

function makesAnything({ scripts }: NodeApp, script: string): boolean {
  return (scripts[script] ?? '').split('&&').some(makes)
}

const makes = (step: string): boolean => !removes.test(step.trim())

/** The file that a start script starts, where it is neither in the source nor made: `isBuilt` says that something may make it. */
export async function missingStart(app: NodeApp, script: string, isBuilt: boolean): Promise<string | undefined> {
  const [program = '', ...words] = wordsOf(directCommand(app, script) ?? '')
  const file = fileIn(words)
  if (runsTasks.test(program)) return missingOf(app, [program, ...words])
  if (file === undefined || !(program === 'node' || runsSources.test(program))) return undefined
  const isOutside = joinPaths(app.directory, file).startsWith('../')
  if (isOutside) return file
  // The last runs what people write, not what a build makes of it.
  if (program === 'node' && (isBuilt || madeByInstalling(app))) return undefined
  return (await isThere(app, file)) ? undefined : file
}

/** A script of the installation that does more than building and testing what is there. */
function madeByInstalling(app: NodeApp): boolean {
  return installScripts(app).some(
    (script) => !/^(?:npm|pnpm|yarn)(?: run)? (?:build|test|prepublish\w*)\b/.test(app.scripts[script]?.trim() ?? ''),
  )
}

/** Programs whose tasks people write. */
const runsTasks = /^(?:gulp|grunt|madrun)$/

/** The scripts that a step runs, in their order: `npm run clean`, `run-s build:*`, `concurrently "npm:build:*"`. */
function calledBy({ scripts }: NodeApp, step: string): { readonly scripts: readonly string[]; readonly isAtOnce: boolean } {
  const one = /^(?:npm|pnpm|yarn)(?: run)? ([\w:.-]+)$/.exec(step)?.[1]
  const several = /^(?:npm-run-all|run-s|run-p)((?: [\w:.*-]+)+)$/.exec(step)?.[1]?.trim().split(' ') ?? []
  const beside = step.startsWith('concurrently ')
    ? [...step.matchAll(/["'\s](?:npm|pnpm|yarn)(?::| run )([\w:.*-]+)/g)].map(([, name = '']) => name)
    : []
  const patterns = [...(one === undefined ? [] : [one]), ...several.filter((name) => !name.startsWith('-')), ...beside]
  const names = Object.keys(scripts)
  const called = patterns.flatMap((pattern) =>
    names.filter((name) => (pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern)),
  )
  return {
    scripts: [...new Set(called)].slice(0, 8),
    isAtOnce: beside.length > 0 || step.startsWith('run-p ') || / (?:-p|--parallel) /.test(step),
  }
}

const removes = /^(?:rimraf|rm|del(?:-cli)?|mkdirp?|shx (?:rm|mkdir)|npx rimraf)\s/
