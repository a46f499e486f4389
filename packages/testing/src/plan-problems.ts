import type { ToolchainPlan } from '@hop3/core'

/** What core or a builder would not understand in a toolchain's plan, as sentences. Empty for a good one. */
export async function planProblems(plan: ToolchainPlan): Promise<readonly string[]> {
  return [
    ...complain(/^[a-z][a-z0-9-]*$/.test(plan.kind), `kind ${plan.kind} is no lower-case word`),
    ...complain(isPlainJson(plan), 'the plan is not plain JSON'),
    ...(await phaseProblems(plan)),
    ...Object.keys(plan.processes).flatMap((name) => complain(workerName.test(name), `${name} is no worker name`)),
    ...runtimePaths(plan).flatMap((path) => complain(isInside(path), `runtime: ${path} is not a relative path inside the app`)),
    ...plan.decisions.flatMap(({ key, origin }) =>
      complain(key.trim() !== '' && origin.trim() !== '', `decision ${key} lacks key or origin`),
    ),
  ]
}

const workerName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/

async function phaseProblems({ phases, versions }: ToolchainPlan): Promise<readonly string[]> {
  const { phaseInputSchema, toolVersionSchema } = await import('@hop3/core/schemas')
  const known = new Set([...Object.keys(phases), 'setup', 'install', 'build'])
  return [
    ...Object.entries(versions).flatMap(([tool, version]) =>
      complain(toolVersionSchema.safeParse(version).success, `version of ${tool} does not fit the schema`),
    ),
    ...Object.entries(phases).flatMap(([name, phase]) => [
      ...complain(phaseInputSchema.safeParse(phase).success, `phase ${name} does not fit the schema`),
      // `name:phase` is a phase of another toolchain.
      ...(phase.dependsOn ?? []).flatMap((target) =>
        complain(known.has(target) || target.includes(':'), `phase ${name} depends on ${target}, which nobody has`),
      ),
      ...[...(phase.paths ?? []), ...(phase.outputs ?? [])].flatMap((path) =>
        complain(isInside(path), `phase ${name}: ${path} is not a relative path inside the app`),
      ),
    ]),
  ]
}

function runtimePaths({ runtime: { envPaths = {}, pathPrepend = [], staticPaths = {} } }: ToolchainPlan): readonly string[] {
  return [...Object.values(envPaths), ...pathPrepend, ...Object.values(staticPaths)]
}

function isInside(path: string): boolean {
  return path !== '' && !/^(\/|~)|(^|\/)\.\.(\/|$)/.test(path)
}

/** No `undefined`, date, map or function in it: what is written is what is read. */
function isPlainJson(value: unknown): boolean {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isPlainJson)
  return typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlainJson)
}

function complain(isGood: boolean, problem: string): readonly string[] {
  return isGood ? [] : [problem]
}
