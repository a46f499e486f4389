import type { BuildPlan } from '@hop3/core'
import { canonicalPlan } from './canonical-plan.ts'

type Value = string | readonly string[] | { readonly [key: string]: Value | undefined }

/**
 * The plan as TOML, in the same order as `formatPlan`; reading it gives the same plan. Written by hand rather than by a TOML library so
 * that importing the planner costs nothing, and so that commands stand one to a line.
 */
export function planToToml(plan: BuildPlan): string {
  const { phases, versions, start, ...rest } = canonicalPlan(plan)
  return `${table([], { ...rest, ...(start ? { start: { ...start } } : {}), versions: plain(versions), phases: plain(phases) }).join('\n')}\n`
}

/** A copy whose type says what JSON already knows: strings, lists of strings and tables of them. */
function plain(tables: Readonly<Record<string, object>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(tables).map(([name, one]) => [name, Object.fromEntries(Object.entries(one))]))
}

function table(path: readonly string[], content: Readonly<Record<string, Value | undefined>>): string[] {
  const entries = Object.entries(content).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))
  const own = entries.flatMap(([key, value]) => (isTable(value) ? [] : [`${tomlKey(key)} = ${scalar(value)}`]))
  const below = entries.flatMap(([key, value]) => (isTable(value) ? table([...path, key], value) : []))
  const isHeaded = path.length > 0 && (own.length > 0 || below.length === 0)
  return [...(isHeaded ? ['', `[${path.map(tomlKey).join('.')}]`] : []), ...own, ...below]
}

function isTable(value: Value): value is { readonly [key: string]: Value | undefined } {
  return typeof value === 'object' && !Array.isArray(value)
}

function scalar(value: string | readonly string[]): string {
  if (typeof value === 'string') return tomlString(value)
  if (value.length < 2) return `[${value.map(tomlString).join('')}]`
  return `[\n${value.map((one) => `  ${tomlString(one)},\n`).join('')}]`
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key)
}

/** JSON's escapes are TOML's, but for DEL, which TOML wants escaped, and lone surrogates, which no TOML file can hold. */
function tomlString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll('\u007f', '\\u007f')
}
