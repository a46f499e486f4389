/** `[build.local]` of hop3.toml. */
import { hop3Error, type AppConfig } from '@hop3/core'
import * as z from 'zod'

export const optionsSchema = z.strictObject({
  /** Seconds one phase may take. */
  timeout: z.number().positive().max(86_400).default(3600),
  /** `false` runs every phase and stores nothing. */
  cache: z.boolean().default(true),
  /** GiB the phase cache may take on this host; the least recently used entries go first. */
  cacheSize: z.number().nonnegative().default(10),
})

export type LocalOptions = z.output<typeof optionsSchema>

/** Throws `config.invalid` naming the key and where it was written. */
export function readOptions(config: AppConfig): LocalOptions {
  const read = optionsSchema.safeParse(config.build.options['local'] ?? {})
  if (read.success) return read.data
  const issue = read.error.issues[0]
  const key = ['build', 'local', ...(issue?.path ?? []), ...(issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])].join('.')
  const origin = config.origins[key]
  throw hop3Error('config.invalid', `${origin === undefined ? '' : `${origin}: `}${key}: ${issue?.message ?? 'not valid'}.`, {
    hint: 'The keys of [build.local] are `timeout` (seconds of one phase), `cache` (true or false) and `cacheSize` (GiB).',
    details: { key },
  })
}
