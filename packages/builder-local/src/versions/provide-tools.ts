/** Makes a plan's `versions` true on this host: what the host has is used where it fits, other versions are found or installed, or it is an error. */
import { dirname } from 'node:path'
import type { BuildContext, BuildPlan, Decision, Platform } from '@hop3/core'
import { fitOf, hostTool } from './host-tool.ts'
import type { MeansName } from './known-tools.ts'
import type { HostTool, Means, Provided, Refused, Wanted } from './means.ts'
import type { ProvidedTools } from './provided-tools.ts'
import { versionError } from './version-error.ts'
import { agreesWith, partsOf } from './version-text.ts'
import { wantedVersions } from './wanted-versions.ts'

export interface ToolsRequest {
  readonly context: BuildContext
  readonly plan: BuildPlan
  readonly platform: Platform
  /** Where the app's commands would run; read by version managers that the host has on PATH. */
  readonly directory: string
}

const means: Readonly<Record<MeansName, () => Promise<Means>>> = {
  npm: async () => (await import('./from-npm.ts')).fromNpm,
  pyenv: async () => (await import('./from-pyenv.ts')).fromPyenv,
  uv: async () => (await import('./from-uv.ts')).fromUv,
  pypi: async () => (await import('./from-pypi.ts')).fromPypi,
  go: async () => (await import('./from-go.ts')).fromGo,
  rustup: async () => (await import('./from-rustup.ts')).fromRustup,
  jvm: async () => (await import('./from-jvm.ts')).fromJvm,
  mise: async () => (await import('./from-mise.ts')).fromMise,
  asdf: async () => (await import('./from-asdf.ts')).fromAsdf,
}

/** Starts nothing for a version of the host that is known from before. Throws `build.tool-version`. */
export async function provideTools(request: ToolsRequest): Promise<ProvidedTools> {
  const settled: Settled[] = []
  for (const wanted of wantedVersions(request.plan, request.context.log)) settled.push(await settle(request, wanted))
  const given = settled.filter((one) => one.provided !== undefined)
  const running = given.filter(({ wanted }) => wanted.runs)
  return {
    ...pick(given),
    runtime: pick(running),
    decisions: settled.map(({ decision }) => decision),
  }
}

export interface Settled {
  readonly wanted: Wanted
  /** The exact one. */
  readonly version: string
  /** Absent: the host's own. */
  readonly provided?: Provided
  readonly decision: Decision
}

function pick(settled: readonly Settled[]): Pick<ProvidedTools, 'paths' | 'variables'> {
  const provided = settled.map((one) => one.provided).filter((one) => one !== undefined)
  return {
    paths: provided.flatMap(({ paths }) => paths),
    variables: Object.fromEntries(provided.flatMap(({ variables }) => Object.entries(variables))),
  }
}

/** Throws `build.tool-version`. */
export async function settle(request: ToolsRequest, wanted: Wanted): Promise<Settled> {
  const host = await hostTool(wanted, request)
  const fit = host === undefined ? 'no' : fitOf(host.version, wanted)
  if (host !== undefined && fit === 'yes') return settledOn(wanted, host.version, `from ${host.file}`)
  if (host !== undefined && fit === 'nearly') return useHost(request, wanted, host, lastNumber)
  const refusals: Refused[] = []
  for (const name of wanted.tool.means) {
    const { context, platform } = request
    const answer = await (await means[name]())({ wanted, context, platform, host })
    if (answer !== undefined && 'version' in answer) return useProvided(request, wanted, answer)
    if (answer !== undefined) refusals.push(answer)
  }
  if (host !== undefined && isClose(host, wanted)) return useHost(request, wanted, host, refusals.map(({ refused }) => refused).join('; '))
  throw versionError(wanted, host, refusals)
}

/** The numbers that decide whether programs still run are the same. A range says for itself what else would do. */
function isClose(host: HostTool, { version, tool }: Wanted): boolean {
  const parts = partsOf(version)
  return parts !== undefined && agreesWith(host.version, parts, tool.precision)
}

const lastNumber = 'they differ in the last number only'

function useHost(request: ToolsRequest, wanted: Wanted, { version, file }: HostTool, because: string): Settled {
  warnOfOther(request, wanted, `${version} of this host`, because)
  return settledOn(wanted, version, `from ${file}`)
}

function useProvided(request: ToolsRequest, wanted: Wanted, provided: Provided): Settled {
  const { version, how } = provided
  if (fitOf(version, wanted) !== 'yes') warnOfOther(request, wanted, `${version} ${how}`, lastNumber)
  return settledOn(wanted, version, how, withJavaHome(wanted, provided))
}

function warnOfOther({ context }: ToolsRequest, { name, version, origin }: Wanted, used: string, because: string): void {
  context.log.warn(`${origin} asks for ${name} ${version}; ${name} ${used} is used in its place: ${because}.`)
}

function settledOn(wanted: Wanted, version: string, how: string, provided?: Provided): Settled {
  const decision = { key: `${wanted.name}.version`, value: version, origin: `${wanted.origin}; ${how}` }
  return { wanted, version, decision, ...(provided === undefined ? {} : { provided }) }
}

function withJavaHome({ name }: Wanted, provided: Provided): Provided {
  const [bin] = provided.paths
  return name === 'java' && bin !== undefined ? { ...provided, variables: { JAVA_HOME: dirname(bin), ...provided.variables } } : provided
}
