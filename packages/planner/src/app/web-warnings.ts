import type { AppConfig } from '@hop3/core'
import { renamedWeb, unlistedWeb, type RenamedWeb, type UnlistedWeb } from '../config/web-workers.ts'

/** What an author should know who has listed what runs, and nothing that answers requests: one sentence, or none. */
export function webWarnings(defaults: Readonly<Record<string, string>>, config: Pick<AppConfig, 'runtime' | 'origins'>): readonly string[] {
  const renamed = renamedWeb(defaults, config)
  if (renamed !== undefined) return [renamedWarning(renamed)]
  const unlisted = unlistedWeb(defaults, config)
  return unlisted === undefined ? [] : [unlistedWarning(unlisted)]
}

function unlistedWarning({ name, command, procfile }: UnlistedWeb): string {
  const file = procfile.replace(/:.*/, '')
  return `${procfile}: ${file} lists what runs, and nothing that answers requests: write \`${name}: ${command}\` into it if that is to run, too.`
}

function renamedWarning({ worker, name, command, origin, isByCase }: RenamedWeb): string {
  if (isByCase)
    return `${origin}: ${worker} is not ${name}, since the case of a name counts: it runs in the background, without an address. Write \`${name}: ${command}\` if it answers requests.`
  return `${origin}: ${worker} runs in the background, and nothing answers requests: write \`${name}: ${command}\` if that does, or \`worker: ${command}\` if nothing is to.`
}
