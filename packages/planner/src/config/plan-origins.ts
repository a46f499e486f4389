import type { PlanInput } from '@hop3/core'

/** Where each value of a plan was written, by key path, and each phase; a list is one value, and so is a version. */
export function planOrigins(plan: PlanInput, originOf: (keys: readonly string[]) => string): Record<string, string> {
  const phases = Object.keys(plan.phases ?? {}).map((name) => ['phases', name])
  return Object.fromEntries([...phases, ...valuePaths([], plan)].map((path) => [path.join('.'), originOf(path)] as const))
}

function valuePaths(path: readonly string[], value: unknown): readonly (readonly string[])[] {
  if (value === undefined || value === null) return []
  const isValue = typeof value !== 'object' || Array.isArray(value) || (path.length === 2 && path[0] === 'versions')
  return isValue ? [path] : Object.entries(value).flatMap(([key, below]) => valuePaths([...path, key], below))
}

/** Where each phase was first said something about, by `phases.<name>`: for messages about the phase. */
export function phaseOrigins({
  plan,
  origins,
}: {
  readonly plan: PlanInput
  readonly origins: Readonly<Record<string, string>>
}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(plan.phases ?? {}).flatMap(([name, phase]) => {
      const key = ['cmds', ...Object.keys(phase)].find((one) => Object.hasOwn(origins, `phases.${name}.${one}`))
      const origin = key === undefined ? undefined : origins[`phases.${name}.${key}`]
      return origin === undefined ? [] : [[`phases.${name}`, origin] as const]
    }),
  )
}
