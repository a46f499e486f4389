import type { BuildPlan } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { canonicalPlan } from './canonical-plan.ts'

/**
 * The plan as TOML, in the same order as `formatPlan`; reading it gives the same plan. Written by hand rather than by a TOML library so
 * that importing the planner costs nothing, and so that commands stand one to a line.
 */
export function planToToml(plan: BuildPlan): string {
  const { phases, versions, start, ...rest } = canonicalPlan(plan)
  return `${table([], { ...rest, ...(start && { start }), versions, phases }).join('\n')}\n`
}

function table(path: readonly string[], content: object): string[] {
  const entries = Object.entries(content)
  const own = entries.flatMap(([key, value]) => (isObject(value) ? [] : [`${tomlKey(key)} = ${scalar(value)}`]))
  const below = entries.flatMap(([key, value]) => (isObject(value) ? table([...path, key], value) : []))
  const isHeaded = path.length > 0 && (own.length > 0 || below.length === 0)
  return [...(isHeaded ? ['', `[${path.map(tomlKey).join('.')}]`] : []), ...own, ...below]
}

function scalar(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === 'boolean' ? String(value) : tomlString(String(value))
  if (value.length < 2) return `[${value.map(tomlString).join('')}]`
  return `[\n${value.map((one) => `  ${tomlString(String(one))},\n`).join('')}]`
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key)
}

/** JSON's escapes are TOML's, but for DEL, which TOML wants escaped, and lone surrogates, which no TOML file can hold. */
function tomlString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll('\u007f', '\\u007f')
}
