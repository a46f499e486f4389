/** The key of a phase: equal keys mean equal outputs. */
import { hash } from 'node:crypto'
import type { Platform } from '@hop3/core'
import * as z from 'zod'

const texts = z.record(z.string(), z.string())

/** Everything a phase's result depends on, but for secrets, whose values are nowhere written. */
export const keyPartsSchema = z.object({
  cmds: z.array(z.string()),
  outputs: z.array(z.string()),
  paths: z.array(z.string()),
  variables: texts,
  secrets: z.array(z.string()),
  /** Content hash by path. */
  inputs: texts,
  /** Version by name. */
  tools: texts,
  /** Key by name of the phases this one depends on. */
  before: texts,
  platform: z.object({ os: z.string(), arch: z.string(), libc: z.string() }),
  /** Lengths of the release's path in its forms: an output fits only releases whose paths are as long. */
  lengths: z.array(z.number()),
  /** Where the commands run, where that is not the source's root. */
  root: z.string().optional(),
})

export interface KeyParts extends z.output<typeof keyPartsSchema> {
  readonly platform: Platform
}

/** What is known without starting a program. */
export type KeyFacts = Omit<KeyParts, 'tools'>

/** Raised when entries of an earlier form are to be ignored. */
const format = 1

/** Hex, and begins with the facts' `keyPrefix`. `secrets`: digest of the values the phase gets, see core's `secretDigest`. */
export function phaseKey({ tools, ...facts }: KeyParts, secrets: string): string {
  const prefix = keyPrefix(facts, secrets)
  return prefix + digest([secrets, { ...facts, tools }]).slice(prefix.length)
}

/** How every key of these facts begins, whatever the tools' versions are. */
export function keyPrefix(facts: KeyFacts, secrets: string): string {
  return digest([secrets, facts]).slice(0, 16)
}

/** What stands for a phase without outputs in the keys of later phases: what it does and with what, not every file it could read. */
export function uncachedKey(parts: KeyParts, declaresInputs: boolean): string {
  return phaseKey(declaresInputs ? parts : { ...parts, inputs: {} }, '')
}

function digest(value: readonly unknown[]): string {
  return hash('sha256', JSON.stringify([format, ...value.map(canonical)]), 'hex')
}

/** Maps as sorted pairs, so that the order of keys does not matter. */
function canonical(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, one]) => [name, canonical(one)])
}
