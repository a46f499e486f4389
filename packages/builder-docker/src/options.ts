/** `[build.docker]` of hop3.toml. */
import { hop3Error, nearestName, type AppConfig } from '@hop3/core'
import * as z from 'zod'

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String)

export const optionsSchema = z.strictObject({
  /** The Dockerfile, relative to the app. */
  file: z.string().min(1).optional(),
  /** The stage that is built; absent: the last. */
  target: z.string().min(1).optional(),
  /** `linux/arm64`; absent: the engine's own. */
  platform: z
    .string()
    .regex(/^[a-z0-9]+\/[a-z0-9_]+(?:\/[a-z0-9]+)?$/, 'a platform is written like linux/amd64')
    .optional(),
  /** Build arguments. */
  args: z.record(variable, scalar).default({}),
  /** Names of secrets the Dockerfile mounts: `RUN --mount=type=secret,id=NAME`. */
  secrets: z.array(variable).default([]),
  /** Where the image is pushed: `registry.example.com/team/app`, with a tag or without. */
  push: z.string().min(1).optional(),
  /** Asks the registry for newer base images. */
  pull: z.boolean().default(false),
  /** `false` runs every step. */
  cache: z.boolean().default(true),
  /** The network of RUN: `host`, `none`. */
  network: z.string().min(1).optional(),
  /** `false` uses the builder before BuildKit. */
  buildkit: z.boolean().optional(),
  /** Seconds the build may take. */
  timeout: z.number().positive().max(86_400).default(3600),
})

export type DockerOptions = z.output<typeof optionsSchema>

/** Throws `config.invalid` naming the key and where it was written. */
export function readOptions(config: AppConfig): DockerOptions {
  const read = optionsSchema.safeParse(config.build.options['docker'] ?? {})
  if (read.success) return read.data
  const issue = read.error.issues[0]
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined
  const key = ['build', 'docker', ...(issue?.path ?? []), ...(unknown === undefined ? [] : [unknown])].join('.')
  const origin = config.origins[key] ?? config.origins['build.docker']
  const known = Object.keys(optionsSchema.shape)
  const meant = unknown === undefined ? undefined : nearestName(unknown, known)
  const problem = unknown === undefined ? (issue?.message ?? 'not valid') : 'there is no such key'
  throw hop3Error('config.invalid', `${origin === undefined ? '' : `${origin}: `}${key}: ${problem}.`, {
    hint:
      meant === undefined
        ? `The keys of [build.docker] are ${known.map((name) => `\`${name}\``).join(', ')}.`
        : `Did you mean \`${meant}\`?`,
    details: { key },
  })
}
