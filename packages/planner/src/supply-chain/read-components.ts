import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { packageUrl, type Component } from './component.ts'
import { installedPythonPackages } from './installed-python.ts'
import {
  cargoLock,
  composerLock,
  gemfileLock,
  goModules,
  gradleLock,
  mixLock,
  nugetLock,
  pinnedRequirements,
  pythonLock,
} from './language-locks.ts'
import { bunLock, denoLock, npmLock, pnpmLock, yarnLock } from './node-locks.ts'

type Reader = (text: string) => readonly Component[]
type Choices = readonly (readonly [file: string, read: Reader])[]

const python: Choices = [
  ['uv.lock', pythonLock],
  ['poetry.lock', pythonLock],
  ['pdm.lock', pythonLock],
  ['requirements.txt', pinnedRequirements],
]

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
 * be understood contributes nothing, because the package manager has already judged it. `root`: the app's, after the build. `files`: where
 * the app was built elsewhere, the files its build could read, by their paths in `root`; nothing else there is the app's.
 */
export async function readComponents(root: string, files?: ReadonlySet<string>): Promise<readonly Component[]> {
  const read = async (file: string): Promise<string | undefined> =>
    files?.has(file) === false ? undefined : readFile(join(root, file), 'utf8').catch(() => undefined)
  const installed = files === undefined ? await installedPythonPackages(root) : []
  const choices = installed.length > 0 ? locks : [python, ...locks]
  const found = [installed, ...(await Promise.all(choices.map((one) => readFirst(one, read))))]
  const byUrl = new Map(found.flat().map((component) => [packageUrl(component), component]))
  return [...byUrl].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, component]) => component)
}

async function readFirst(choices: Choices, read: (file: string) => Promise<string | undefined>): Promise<readonly Component[]> {
  for (const [file, understand] of choices) {
    const text = await read(file)
    if (text !== undefined) return understood(understand, text)
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
