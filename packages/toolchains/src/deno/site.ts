/** Deno apps that only build files. */
import { posix } from 'node:path'
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

/** Lume writes `_site`; of anything else `output_directory` says so. Undefined where the app has a start task, or nothing builds. */
export function siteOf(app: DenoApp, options: DenoOptions): DenoSite | undefined {
  const asked = options.outputDirectory
  const isLume = Object.hasOwn(tableAt(app.manifest?.data, 'imports') ?? {}, 'lume/')
  const task = buildTask(app, options) ?? (isLume && app.tasks['lume'] !== undefined ? 'lume' : undefined)
  if (task === undefined || (asked === undefined && (!isLume || isOfDeno(app, 'start')))) return undefined
  if (asked !== undefined)
    return { directory: posix.normalize(asked).replace(/\/$/, ''), task, origin: 'hop3.toml [build.deno] output_directory' }
  return { directory: '_site', task, origin: originOf(app.manifest?.file ?? '', undefined, /^/) }
}
