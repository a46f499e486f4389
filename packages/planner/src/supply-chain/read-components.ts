import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageUrl, type Component } from './component.ts'
import { installedPythonPackages } from './installed-python.ts'
import { cargoLock, composerLock, pythonLock, gemfileLock, goModules, gradleLock, mixLock, nugetLock } from './language-locks.ts'
import { bunLock, denoLock, npmLock, pnpmLock, yarnLock } from './node-locks.ts'

type Reader = (text: string) => readonly Component[]
type Choices = readonly (readonly [file: string, read: Reader])[]

const python: Choices = ['uv.lock', 'poetry.lock', 'pdm.lock'].map((file) => [file, pythonLock])

/** Of each line the first file that is there speaks for its language: what is installed, before what was asked for. */
const locks: readonly Choices[] = [
  [
    ['node_modules/.package-lock.json', npmLock],
    ['package-lock.json', npmLock],
    ['npm-shrinkwrap.json', npmLock],
    ['pnpm-lock.yaml', pnpmLock],
    ['yarn.lock', yarnLock],
    ['bun.lock', bunLock],
  ],
  [['deno.lock', denoLock]],
  [['go.mod', goModules]],
  [['Cargo.lock', cargoLock]],
  [['Gemfile.lock', gemfileLock]],
  [['composer.lock', composerLock]],
  [['mix.lock', mixLock]],
  [['gradle.lockfile', gradleLock]],
  [['packages.lock.json', nugetLock]],
]

/**
 * The packages a built app consists of, by its lockfiles and its virtual environment: sorted by package URL, each once. A file that cannot
 * be understood contributes nothing, because the package manager has already judged it. `root`: the app's, after the build.
 */
export async function readComponents(root: string): Promise<readonly Component[]> {
  const found = await Promise.all([pythonPackages(root), ...locks.map((choices) => readFirst(root, choices))])
  const byUrl = new Map(found.flat().map((component) => [packageUrl(component), component]))
  return [...byUrl].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, component]) => component)
}

async function pythonPackages(root: string): Promise<readonly Component[]> {
  const installed = await installedPythonPackages(root)
  return installed.length > 0 ? installed : readFirst(root, python)
}

async function readFirst(root: string, choices: Choices): Promise<readonly Component[]> {
  for (const [file, read] of choices) {
    const text = await readFile(join(root, file), 'utf8').catch(() => undefined)
    if (text !== undefined) return understood(read, text)
  }
  return []
}

function understood(read: Reader, text: string): readonly Component[] {
  try {
    return read(text)
  } catch {
    return []
  }
}
