import type { KeyParts } from './phase-key.ts'

/** Files named one by one before the rest is only counted. */
const namedFiles = 5

/** Why the key is not what it was at the last build, in whole phrases; empty when nothing that is written down differs. */
export function missReasons(before: KeyParts, now: KeyParts): readonly string[] {
  return [
    ...inputReasons(before.inputs, now.inputs),
    ...changes(before.tools, now.tools, {
      changed: (name, from, to) => `${name} ${from} → ${to}`,
      added: (name, to) => `uses ${name} ${to}`,
      removed: (name) => `no longer uses ${name}`,
    }),
    ...changes(before.before, now.before, {
      changed: (name) => `phase ${name} changed`,
      added: (name) => `depends on phase ${name}`,
      removed: (name) => `no longer depends on phase ${name}`,
    }),
    ...changes(before.variables, now.variables, {
      changed: (name) => `variable ${name} changed`,
      added: (name) => `variable ${name} added`,
      removed: (name) => `variable ${name} removed`,
    }),
    ...(same(before.cmds, now.cmds) ? [] : ['its commands changed']),
    ...(same(before.outputs, now.outputs) ? [] : ['its outputs changed']),
    ...(same(before.paths, now.paths) ? [] : ['its paths changed']),
    ...(same(before.secrets, now.secrets) ? [] : ['the secrets it names changed']),
    ...(same(before.platform, now.platform) ? [] : [`platform ${platformText(before.platform)} → ${platformText(now.platform)}`]),
    ...(same(before.lengths, now.lengths) ? [] : ["the length of the release's path changed"]),
  ]
}

function inputReasons(before: KeyParts['inputs'], now: KeyParts['inputs']): readonly string[] {
  const reasons = changes(before, now, {
    changed: (path) => `${path} changed`,
    added: (path) => `${path} added`,
    removed: (path) => `${path} removed`,
  })
  if (reasons.length <= namedFiles + 1) return reasons
  return [...reasons.slice(0, namedFiles), `${reasons.length - namedFiles} more files changed`]
}

interface ChangeTexts {
  changed(name: string, from: string, to: string): string
  added(name: string, to: string): string
  removed(name: string): string
}

function changes(before: Readonly<Record<string, string>>, now: Readonly<Record<string, string>>, texts: ChangeTexts): readonly string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].toSorted()
  return names.flatMap((name) => {
    const [from, to] = [before[name], now[name]]
    if (from === to) return []
    if (from === undefined) return [texts.added(name, to ?? '')]
    return [to === undefined ? texts.removed(name) : texts.changed(name, from, to)]
  })
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function platformText({ os, arch, libc }: KeyParts['platform']): string {
  return [os, arch, libc].filter((part) => part !== '').join(' ')
}
