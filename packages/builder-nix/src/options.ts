/** `[build.nix]` of hop3.toml, which may also be written `[nix]`. */
import { hop3Error, nearestName, type AppConfig } from '@hop3/core'
import * as z from 'zod/mini'
import { isAnonymous } from './anonymous-url.ts'
import { flag, innerPath, nonEmpty, notAnonymous, oneOf, refusedKeys, sha256, templateKeys } from './template-keys.ts'

/** An archive of nixpkgs, and the hash of what is in it. */
export const nixpkgsPin = z.strictObject({
  url: z.url({ error: 'must be an address' }).check(z.refine(isAnonymous, notAnonymous)),
  sha256,
})

const seconds = 'must be a number of seconds, 86400 (a day) at most'
const notPin = `must be a directory, or { url = "…", sha256 = "…" } whose url has no user and no password`

export const optionsSchema = z.strictObject({
  /** The app's expression, relative to the app. Default: hop3.nix. */
  file: z.optional(innerPath),
  /** Evaluation may read the source and nixpkgs, and nothing else. */
  pure: z._default(flag, true),
  /** `auto`: as nix.conf says, else where the kernel lets it; `require`: no build without; `off`. */
  sandbox: z._default(oneOf(['auto', 'require', 'off']), 'auto'),
  /** What `<nixpkgs>` means: a directory, or an archive with its hash. Default: the host's pin. */
  nixpkgs: z.optional(z.union([nonEmpty, nixpkgsPin], { error: notPin })),
  /** Asks binary caches before it builds. Default: as nix.conf says. */
  substitute: z.optional(flag),
  /** Seconds the evaluation and the build may take. */
  timeout: z._default(z.number({ error: seconds }).check(z.positive(seconds), z.maximum(86_400, seconds)), 3600),
  ...templateKeys,
})

export type NixOptions = z.output<typeof optionsSchema>
export type NixpkgsPin = z.output<typeof nixpkgsPin>

/** Throws `config.invalid` naming the key and where it was written. */
export function readOptions(config: AppConfig): NixOptions {
  const read = optionsSchema.safeParse(withHyphens(config.build.options['nix'] ?? {}))
  if (read.success) return read.data
  const issue = read.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const key = ['build', 'nix', ...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join('.')
  const origin = config.origins[key] ?? config.origins['build.nix']
  const known = Object.keys(optionsSchema.shape)
  const instead = unknown === undefined ? undefined : refusedKeys[unknown]
  const meant = unknown === undefined ? undefined : nearestName(unknown, known)
  const noKey = instead === undefined ? 'there is no such key' : 'this builder has no such key'
  const problem = unknown === undefined ? (issue?.message ?? 'not valid') : noKey
  throw hop3Error('config.invalid', `${origin === undefined ? '' : `${origin}: `}${key}: ${problem}.`, {
    hint:
      instead ??
      (meant === undefined
        ? `The keys of [build.nix] are ${known.map((name) => `\`${name}\``).join(', ')}.`
        : `Did you mean \`${meant}\`?`),
    details: { key },
  })
}

/** `nixpkgs_package` is `nixpkgs-package`, as everywhere in hop3.toml. */
function withHyphens(table: unknown): unknown {
  if (typeof table !== 'object' || table === null) return table
  return Object.fromEntries(Object.entries(table).map(([key, value]) => [key.replaceAll('_', '-'), value]))
}
