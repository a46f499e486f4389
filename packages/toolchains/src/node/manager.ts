/** Which package manager installs the app, in which version, and why. */
import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { bunPicks } from './bun-version.ts'
import { isPublished } from './built-package.ts'
import { readableText } from '../readable-text.ts'
import type { NodeOptions } from './options.ts'
import { textAt } from '../value-at.ts'
import type { NodeApp } from './package-json.ts'
import type { Runtime } from './runtime.ts'
import { isRange } from '../version-pick.ts'
import { areApart } from '../version-range.ts'

export type NodeManager = 'npm' | 'pnpm' | 'yarn' | 'yarn-berry' | 'bun'

export interface ManagerChoice {
  readonly manager: NodeManager
  readonly origin: string
  readonly lock: string | undefined
  /** Absent for npm: the one that comes with Node is used. */
  readonly version?: ToolVersion
  readonly warnings: readonly string[]
}

type Family = 'npm' | 'pnpm' | 'yarn' | 'bun'

const locks: readonly { readonly file: string; readonly family: Family }[] = [
  { file: 'npm-shrinkwrap.json', family: 'npm' },
  { file: 'package-lock.json', family: 'npm' },
  { file: 'pnpm-lock.yaml', family: 'pnpm' },
  { file: 'yarn.lock', family: 'yarn' },
  { file: 'bun.lock', family: 'bun' },
  { file: 'bun.lockb', family: 'bun' },
]

/** Where nothing in the app says which version wrote its lock file. */
const usualVersions: Readonly<Record<Exclude<NodeManager, 'npm'>, string>> = {
  pnpm: '10.34.9',
  yarn: '1.22.22',
  'yarn-berry': '4.18.1',
  bun: '1.4.5',
}
/** The newest pnpm that reads a lockfileVersion as its own. */
const pnpmByLock: readonly (readonly [lockfileVersion: string, version: string])[] = [
  ['5.3', '6.35.1'],
  ['5.4', '7.33.7'],
  ['6.', '8.15.9'],
  ['9.', usualVersions.pnpm],
]

/**
 * Configuration, else `packageManager` (but for a published package), else the one lock file, else the one that comes with the runtime.
 * Throws `config.node.two-lockfiles` when several managers left a lock file and nothing decides, `config.node.lockfile-mismatch` when what
 * decides has none but another has.
 */
export async function chooseManager(
  app: NodeApp,
  context: ToolchainContext,
  options: NodeOptions,
  runtime: Pick<Runtime, 'name' | 'manager'>,
): Promise<ManagerChoice> {
  const found = locks.filter(({ file }) => app.names.includes(file))
  const families = new Set(found.map(({ family }) => family))
  const authors = declaredManager(app)
  // Whoever installs a package takes what is at hand: its authors' manager has left neither lock file nor settings in it.
  const isAuthorsOwn = authors !== undefined && !families.has(authors.family) && isPublished(app)
  const declared = isAuthorsOwn ? undefined : authors
  const decided =
    options.packageManager === undefined
      ? declared
      : {
          family: options.packageManager,
          origin: `hop3.toml [build.${runtime.name}]`,
          version: declared?.family === options.packageManager ? declared.version : undefined,
        }
  const [first] = found
  if (decided === undefined && families.size > 1) throw twoLockfiles(found, runtime.name)
  const isPnpm = first === undefined && app.names.includes('pnpm-workspace.yaml')
  const family = decided?.family ?? first?.family ?? (isPnpm ? 'pnpm' : runtime.manager)
  const lock = found.find((one) => one.family === family)?.file
  if (decided !== undefined && lock === undefined && first !== undefined) throw mismatch(decided.origin, family, first)
  const others = found.filter((one) => one.family !== family).map(({ file }) => file)
  const manager = family === 'yarn' && (await isBerry(app, decided?.version)) ? 'yarn-berry' : family
  return {
    manager,
    lock,
    origin: decided?.origin ?? lock ?? (isPnpm ? 'pnpm-workspace.yaml' : 'default'),
    ...(manager !== 'npm' && { version: context.versions[family] ?? (await managerVersion(app, manager, lock, decided)) }),
    warnings: [
      ...(isAuthorsOwn && authors.family !== family ? [publishedWarning(authors, app.origin('files'), family)] : []),
      ...others.map((file) => `${file} is not used: ${decided?.origin ?? ''} says ${family}. Remove it.`),
      ...(lock === undefined && Object.keys(app.dependencies).length > 0
        ? [`There is no lock file: two builds may install different versions. Run \`${family} install\` and add what it writes.`]
        : []),
    ],
  }
}

interface Declared {
  readonly family: Family
  readonly origin: string
  readonly version: string | undefined
}

/** `packageManager: "pnpm@10.34.9+sha512.…"`. */
function declaredManager(app: NodeApp): Declared | undefined {
  const field = textAt(app.data, 'packageManager')
  if (field === undefined) return undefined
  const [, name, version] = /^(npm|pnpm|yarn|bun)@(\d+\.\d+\.\d+(?:-[\w.]+)?)(?:\+.*)?$/.exec(field) ?? []
  const family = (['npm', 'pnpm', 'yarn', 'bun'] as const).find((one) => one === name)
  const origin = app.origin('packageManager')
  if (family !== undefined) return { family, version, origin }
  throw hop3Error(
    'config.node.package-manager',
    `${origin}: packageManager is ${visible(field)}, which names no package manager and exact version.`,
    {
      hint: 'Write npm, pnpm, yarn or bun with an exact version, for example "packageManager": "pnpm@10.34.9".',
    },
  )
}

function publishedWarning({ origin, family: theirs }: Declared, files: string, family: Family): string {
  return `${origin} says ${theirs}, but all that is here is what ${files} gives out, without files of ${theirs}: ${family} installs it, as any package.`
}

function twoLockfiles(found: readonly { readonly file: string; readonly family: Family }[], runtime: string): Error {
  const [first, other] = [found[0], found.find(({ family }) => family !== found[0]?.family)]
  return hop3Error(
    'config.node.two-lockfiles',
    `Cannot tell how to install this ${runtime === 'bun' ? 'Bun' : 'Node'} app: ${found.map(({ file }) => file).join(' and ')} belong to different package managers.`,
    {
      hint: `Remove the one you do not use (git rm ${other?.file ?? ''}), or decide in hop3.toml:\n[build.${runtime}]\npackage_manager = "${first?.family ?? 'npm'}"`,
      details: { files: found.map(({ file }) => file) },
    },
  )
}

function mismatch(origin: string, family: Family, lock: { readonly file: string; readonly family: Family }): Error {
  return hop3Error(
    'config.node.lockfile-mismatch',
    `${origin} says ${family}, but the only lock file is ${lock.file}, which ${lock.family} wrote.`,
    {
      hint: `Run \`${family} install\`, add its lock file and remove ${lock.file}; or change ${origin} to ${lock.family}.`,
      details: { origin, lock: lock.file },
    },
  )
}

async function isBerry(app: NodeApp, version: string | undefined): Promise<boolean> {
  if (version !== undefined) return Number(version.split('.')[0]) >= 2
  if (app.names.includes('.yarnrc.yml')) return true
  return (await lockText(app, 'yarn.lock'))?.includes('\n__metadata:') ?? false
}

async function mayBeIn(version: string, range: string): Promise<boolean> {
  return !(await areApart(version, range))
}

async function managerVersion(
  app: NodeApp,
  manager: Exclude<NodeManager, 'npm'>,
  lock: string | undefined,
  decided: Declared | { readonly version: string | undefined; readonly origin: string } | undefined,
): Promise<ToolVersion> {
  if (decided?.version !== undefined) return { version: decided.version, origin: app.origin('packageManager') }
  const [bun] = manager === 'bun' ? await bunPicks(app) : []
  if (bun !== undefined) return bun
  const written =
    manager === 'pnpm' && lock !== undefined ? /^lockfileVersion:\s*'?([\d.]+)/m.exec((await lockText(app, lock)) ?? '')?.[1] : undefined
  const known = pnpmByLock.find(([prefix]) => written?.startsWith(prefix))
  const usual =
    known === undefined ? { version: usualVersions[manager], origin: 'default' } : { version: known[1], origin: `${lock ?? ''}:1` }
  const range = textAt(app.data, 'engines', manager)
  return range === undefined || !isRange(range) || (await mayBeIn(usual.version, range))
    ? usual
    : { version: range, origin: app.origin('engines') }
}

/** Where it cannot be read, the usual version is as good a guess as any. */
async function lockText({ source, names }: NodeApp, file: string): Promise<string | undefined> {
  return names.includes(file) ? readableText(source, file) : undefined
}
