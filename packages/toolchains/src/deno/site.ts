/** Deno apps that only build files. */
import { normalPath, own } from '@hop3/core'
import { originOf } from '../origin.ts'
import { tableAt } from '../value-at.ts'
import type { DenoApp } from './deno-app.ts'
import type { DenoOptions } from './options.ts'
import { buildTask, isOfDeno } from './start.ts'

export interface DenoSite {
  /** Relative to the app. */
  readonly directory: string
  readonly task: string
  readonly origin: string
}

/**
 * Lume writes `_site`; of anything else `output_directory` says so. Undefined where nothing builds, and where the app has a start task that is
 * not Lume's development server.
 */
export function siteOf(app: DenoApp, options: DenoOptions): DenoSite | undefined {
  const asked = options.outputDirectory
  const isLume = Object.hasOwn(tableAt(app.manifest?.data, 'imports') ?? {}, 'lume/')
  const task = buildTask(app, options) ?? (isLume && app.tasks['lume'] !== undefined ? 'lume' : undefined)
  if (task === undefined || (asked === undefined && (!isLume || (isOfDeno(app, 'start') && !servesLume(app, 'start'))))) return undefined
  if (asked !== undefined)
    return { directory: normalPath(asked).replace(/\/$/, ''), task, origin: 'hop3.toml [build.deno] output_directory' }
  return { directory: '_site', task, origin: originOf(app.manifest?.file ?? '', undefined, /^/) }
}

/** `lume -s`, `deno task lume --serve`, and tasks that run one with it. */
function servesLume(app: DenoApp, name: string, seen: readonly string[] = []): boolean {
  const command = own(app.tasks, name)?.command ?? ''
  if (/\blume\b/.test(command)) return /\s(?:-s|--serve)(?:\s|$)/.test(command)
  const next = /^deno task ([\w:.-]+)$/.exec(command)?.[1]
  return next !== undefined && !seen.includes(name) && servesLume(app, next, [...seen, name])
}
