/** What the install phase reads, what it leaves behind, and which secrets it needs. */
import { secretNames } from '../secret-names.ts'
import { tableAt } from '../value-at.ts'
import { workspacePatterns } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { installScript } from './scripts.ts'

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
  // @prisma/client generates its code from the schema when it is installed.
  'prisma',
]

export async function installInputs(app: NodeApp): Promise<InstallInputs> {
  const files = ['.npmrc', '.yarnrc.yml', 'bunfig.toml'].filter((file) => app.names.includes(file))
  const texts = await Promise.all(files.map((file) => app.source.readText(file)))
  const reason = await needsSource(app)
  const hasWorkspaces = reason?.endsWith('workspaces') ?? false
  return {
    files: reason === undefined ? inputs.filter((name) => app.names.includes(name)) : undefined,
    // Each workspace has a node_modules of its own, and only the manager knows which.
    outputs: hasWorkspaces ? undefined : ['node_modules'],
    secrets: secretNames(...texts),
    reason,
  }
}

async function needsSource(app: NodeApp): Promise<string | undefined> {
  if (workspacePatterns(app).length > 0) return `${app.origin('workspaces')} has workspaces`
  const workspaceFile = app.names.includes('pnpm-workspace.yaml') ? await app.source.readText('pnpm-workspace.yaml') : undefined
  if (workspaceFile !== undefined && /^packages\s*:/m.test(workspaceFile)) return 'pnpm-workspace.yaml has workspaces'
  const script = installScript(app)
  if (script !== undefined) return `${app.origin(script)} runs ${script}`
  const ranges = { ...app.dependencies, ...tableAt(app.data, 'optionalDependencies') }
  const local = Object.keys(ranges).find((name) => /^(?:file|link|portal|workspace):|^\.{0,2}\//.test(String(ranges[name])))
  return local === undefined ? undefined : `${app.origin(local)} is in the source`
}
