/** What the install phase reads, what it leaves behind, and which secrets it needs. */
import { joinPaths } from '@hop3/core'
import { insidePath } from '../inside.ts'
import { secretNames } from '../secret-names.ts'
import { tableAt, textAt } from '../value-at.ts'
import type { NodeApp } from './package-json.ts'
import { installScript } from './scripts.ts'
import type { NodeWorkspace } from './workspace.ts'

export interface InstallInputs {
  /** Undefined: the whole source. */
  readonly files: readonly string[] | undefined
  /** Undefined: what it leaves behind is not known beforehand, so that it runs every time. */
  readonly outputs: readonly string[] | undefined
  readonly secrets: readonly string[]
  /** Why it reads the whole source. */
  readonly reason: string | undefined
}

const inputs = [
  'package.json',
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
  'bunfig.toml',
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.yarn',
  '.pnpmfile.cjs',
  'patches',
  'schema.prisma',
]

export async function installInputs({ app, top, members }: NodeWorkspace): Promise<InstallInputs> {
  const packages = [top, ...members]
  const texts = await Promise.all(
    [...new Set([top, app])].flatMap(({ names, source }) =>
      ['.npmrc', '.yarnrc.yml', 'bunfig.toml'].filter((file) => names.includes(file)).map((file) => source.readText(file)),
    ),
  )
  const reason = (await Promise.all(packages.map(needsSource))).find((one) => one !== undefined)
  const named = new Map(await Promise.all(packages.map(async (one) => [one, await namedInputs(one)] as const)))
  const files = packages.flatMap((one) =>
    [...inputsOf(one, one === top), ...(named.get(one) ?? [])].map((name) => joinPaths(one.directory, name)),
  )
  // A script of a member may write anywhere, and what it wrote must be there.
  const isUnknown = members.length > 0 && packages.some((one) => installScript(one) !== undefined)
  return {
    files: reason === undefined ? files : undefined,
    outputs: isUnknown ? undefined : packages.map(({ directory }) => joinPaths(directory, 'node_modules')),
    secrets: secretNames(...texts),
    reason,
  }
}

function inputsOf({ names }: NodeApp, isTop: boolean): readonly string[] {
  const own = inputs.filter((name) => names.includes(name) && (isTop || ['package.json', '.npmrc'].includes(name)))
  // @prisma/client generates its code from the schema when it is installed; migrations and seeds lie beside it.
  return [...own, ...(names.includes('prisma') ? ['prisma/**/*.prisma'] : [])]
}

/** A schema of Prisma's elsewhere, and patches of pnpm's. */
async function namedInputs({ data, source }: NodeApp): Promise<readonly string[]> {
  const patches = tableAt(data, 'pnpm', 'patchedDependencies') ?? {}
  const schema = insidePath(textAt(data, 'prisma', 'schema') ?? '..')
  const isWhole = schema !== undefined && (await source.hasDirectory(schema))
  return [
    ...(schema === undefined ? [] : [isWhole ? `${schema}/**/*.prisma` : schema]),
    ...Object.keys(patches).flatMap((name) => insidePath(textAt(patches, name) ?? '..') ?? []),
  ]
}

async function needsSource(app: NodeApp): Promise<string | undefined> {
  const script = installScript(app)
  if (script !== undefined) return `${app.origin(script)} runs ${script}`
  // npm builds it without being told to.
  if (app.names.includes('binding.gyp')) return 'binding.gyp is built when packages are installed'
  const made = await madeByOthers(app)
  const local = localPackages(app).find((name) => !made.includes(name))
  return local === undefined ? undefined : `${app.origin(local)} is in the source`
}

/** Packages that another toolchain's package manager brings: `file:vendor/symfony/ux-turbo/assets`, `file:../deps/phoenix`. */
export async function madeByOthers(app: NodeApp): Promise<readonly string[]> {
  const ranges = rangesOf(app)
  const found = await Promise.all(
    localPackages(app).map(async (name) => {
      const path = /^(?:file|link):(.*)$/.exec(ranges[name] ?? '')?.[1] ?? ''
      const isMade = /^(?:\.\/)?vendor\/|^(?:\.\.\/){1,3}deps\//.test(path)
      return isMade && (path.startsWith('..') || !(await app.source.hasDirectory(path))) ? [name] : []
    }),
  )
  return found.flat()
}

function localPackages(app: NodeApp): readonly string[] {
  const ranges = rangesOf(app)
  return Object.keys(ranges).filter((name) => /^(?:file|link|portal):|^\.{0,2}\//.test(ranges[name] ?? ''))
}

function rangesOf(app: NodeApp): Readonly<Record<string, string>> {
  const places = [['optionalDependencies'], ['overrides'], ['resolutions'], ['pnpm', 'overrides']]
  const tables = [app.dependencies, ...places.map((path) => tableAt(app.data, ...path) ?? {})]
  return Object.fromEntries(tables.flatMap((table) => Object.entries(table).map(([name, range]) => [name, String(range)])))
}
