/**
 * What a package.json builds for an app of another language: the scripts and styles of Laravel, Rails, Phoenix or Django. Node is then a second
 * toolchain in all but name, with phases of its own; what it writes is part of the app, and no site.
 */
import { joinPaths, shellQuote } from '@hop3/core'
import type { Decision, PhaseInput, ToolchainContext, ToolchainPlan, ToolVersion } from '@hop3/core'
import { belowRoot } from '../below-root.ts'
import { sourceBelow } from '../source-below.ts'
import { buildPhase } from './build-phase.ts'
import { madeByOthers } from './install-inputs.ts'
import { readNodeApp } from './package-json.ts'
import type { NodeApp } from './package-json.ts'
import { installPhase, readPackage } from './package-parts.ts'
import type { PackageParts } from './package-parts.ts'
import { nodeRuntime } from './runtime.ts'
import { chooseNode, nodeOfFiles } from './version.ts'
import { readWorkspace } from './workspace.ts'

export interface AssetsRequest {
  /** Where its package.json lies, relative to the app. Default: the app itself. */
  readonly directory?: string
  /** Scripts to run, each by the names it may have. */
  readonly scripts: readonly (readonly string[])[]
  /** Another command runs the scripts: packages are installed, whether or not there is one. */
  readonly isInstalled?: boolean
  /** The app's own phase that makes packages which package.json names by path. */
  readonly install?: string | undefined
  /** The app's own phase that the scripts run after. */
  readonly after?: string | undefined
}

export interface Assets extends Required<Pick<ToolchainPlan, 'phases' | 'versions' | 'exclude' | 'decisions' | 'warnings'>> {
  readonly app: NodeApp
  /** Those that run. */
  readonly scripts: readonly string[]
}

/** Undefined where there is no package.json, or nothing in it to run. Throws what planning a Node app does. */
export async function assetsOf(context: ToolchainContext, request: AssetsRequest): Promise<Assets | undefined> {
  const { directory = '', isInstalled = false } = request
  const below = joinPaths(context.root, directory)
  const source = sourceBelow(context.source, below)
  const workspace = await readWorkspace({ source, root: '' })
  if (workspace === undefined) return undefined
  const { app } = workspace
  const scripts = request.scripts.flatMap((names) => names.find((name) => app.scripts[name] !== undefined) ?? [])
  if (scripts.length === 0 && !isInstalled) return undefined
  const above = await versionsAbove(context, app, directory)
  const own = { ...context, source, root: '', options: undefined, versions: above }
  const parts = await readPackage({ workspace, context: own, runtime: nodeRuntime, options: {} })
  const plan = belowRoot(await phasesOf(parts, scripts, request), below)
  return {
    app,
    scripts,
    phases: Object.fromEntries(Object.entries(plan.phases).map(([name, phase]) => [name, inside(phase, directory)])),
    versions: Object.fromEntries(
      Object.entries(parts.versions).map(([name, one]) => [
        name,
        above[name] === undefined ? { ...one, origin: at(directory, one.origin) } : one,
      ]),
    ),
    exclude: plan.exclude ?? [],
    decisions: decisionsOf(parts, scripts, directory),
    warnings: parts.choice.warnings.map((one) => (directory === '' ? one : `In ${directory}: ${one}`)),
  }
}

/** What nvm, mise and asdf do: where a directory has no version file of its own, those of the app hold for it. */
async function versionsAbove(
  context: ToolchainContext,
  assets: Pick<NodeApp, 'directory' | 'source' | 'names'>,
  directory: string,
): Promise<ToolchainContext['versions']> {
  if (directory === '' || context.versions['node'] !== undefined || (await nodeOfFiles(assets)) !== undefined) return context.versions
  const source = sourceBelow(context.source, context.root)
  const node = await nodeOfFiles({ directory: '', source, names: await source.list() })
  return node === undefined ? context.versions : { ...context.versions, node }
}

/** The Node for what another tool runs in a directory of the source. Undefined where neither it nor the app says. */
export async function nodeIn(context: ToolchainContext, directory: string): Promise<ToolVersion | undefined> {
  const app = await readNodeApp(context.source, directory)
  const source = sourceBelow(context.source, directory)
  const versions = await versionsAbove(context, app ?? { directory, source, names: [] }, directory)
  return app === undefined ? versions['node'] : chooseNode(app, { ...context, versions }, {})
}

/** Nothing is known of what scripts write for others, so they run every time. */
async function phasesOf(parts: PackageParts, [first, ...more]: readonly string[], request: AssetsRequest): Promise<ToolchainPlan> {
  const { workspace, framework, choice, commands } = parts
  const build = await buildPhase({ workspace, framework, script: first, site: undefined, server: undefined, choice, commands })
  const { outputs: _, cmds, ...rest } = build?.phase ?? {}
  const needsOthers = request.install !== undefined && (await madeByOthers(workspace.app)).length > 0
  const phases: Record<string, PhaseInput> = {
    'node:install': { ...installPhase(parts), ...(needsOthers && { dependsOn: [request.install] }) },
    ...(first !== undefined && {
      'node:build': {
        ...rest,
        cmds: [...(cmds ?? []), ...more.map(commands.run)],
        dependsOn: ['...', ...(request.after === undefined ? [] : [request.after])],
      },
    }),
  }
  return { kind: '', phases, processes: {}, versions: {}, exclude: ['node_modules'], runtime: {}, decisions: [], warnings: [] }
}

/** Phases run in the app's directory. */
function inside(phase: PhaseInput, directory: string): PhaseInput {
  if (directory === '') return phase
  return { ...phase, cmds: (phase.cmds ?? []).map((command) => `cd ${shellQuote(directory)} && ${command}`) }
}

function decisionsOf({ choice, workspace, install }: PackageParts, scripts: readonly string[], directory: string): readonly Decision[] {
  const { app } = workspace
  return [
    { key: 'node.package_manager', value: choice.manager, origin: at(directory, choice.origin) },
    ...(install.reason === undefined
      ? []
      : [{ key: 'node.install.inputs', value: 'the whole source', origin: at(directory, install.reason) }]),
    ...scripts.map((script) => ({ key: 'node.assets', value: script, origin: at(directory, app.origin(script)) })),
  ]
}

/** An origin as the app names it: files of the directory lie in it, and `default` is none of them. */
function at(directory: string, origin: string): string {
  return /^(?:package\.json|[\w.-]+lock|\.nvmrc|\.node-version|\.?mise\.toml|\.tool-versions)/.test(origin)
    ? joinPaths(directory, origin)
    : origin
}

/** `before`: the app's own phase that takes in what was built. */
export function withAssets(plan: ToolchainPlan, assets: Assets | undefined, before?: string): ToolchainPlan {
  if (assets === undefined) return plan
  const last = Object.keys(assets.phases).at(-1) ?? 'node:install'
  const waiting = before === undefined ? undefined : plan.phases[before]
  return {
    ...plan,
    phases: {
      ...plan.phases,
      ...assets.phases,
      ...(before !== undefined && waiting !== undefined && { [before]: { ...waiting, dependsOn: ['...', last] } }),
    },
    versions: { ...assets.versions, ...plan.versions },
    exclude: [...new Set([...(plan.exclude ?? []), ...assets.exclude])],
    decisions: [...plan.decisions, ...assets.decisions],
    warnings: [...plan.warnings, ...assets.warnings],
  }
}
