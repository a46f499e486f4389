import { joinPaths, shellQuote } from '@hop3/core'
import type { Decision, PhaseInput, ToolchainContext, ToolchainPlan } from '@hop3/core'
import { fixedPortWarning } from '../fixed-port.ts'
import { readOptions } from '../read-options.ts'
import { isAtLeast } from '../version-order.ts'
import { readDenoApp } from './deno-app.ts'
import type { DenoApp } from './deno-app.ts'
import { denoDirectory, denoInstall } from './install.ts'
import type { DenoInstall } from './install.ts'
import { denoOptions } from './options.ts'
import { siteOf } from './site.ts'
import type { DenoSite } from './site.ts'
import { buildTask, startOf } from './start.ts'
import type { DenoStart } from './start.ts'
import { cacheCommand } from './task-command.ts'
import type { CacheFacts } from './task-command.ts'
import { chooseDeno } from './version.ts'

/** Without a terminal a question is a refusal, no newer Deno is asked for, and Deno would color what it writes all the same. */
const quiet = { DENO_NO_PROMPT: '1', DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' }

/** Throws `config.deno.manifest`, `.task`, `.entry`, `.version` and `.version-conflict`. */
export async function planDeno(context: ToolchainContext): Promise<ToolchainPlan> {
  const options = await readOptions(context, 'deno', denoOptions)
  const app = await readDenoApp(context)
  const deno = await chooseDeno(app, context, options)
  const site = siteOf(app, options)
  const start = site === undefined ? await startOf(app, options) : undefined
  const variables = { ...quiet, DENO_DIR: denoDirectory }
  // Deno 1 had another command of that name, and fetched what a program imports.
  const isOld = !isAtLeast(deno.version, '2')
  const install: DenoInstall = isOld ? {} : await denoInstall(app, variables)
  const task = site?.task ?? buildTask(app, options)
  const build = buildPhase({ app, task, start, variables, cache: { isFrozen: !isOld && app.lock !== undefined, isOld } })
  const below = (path: string): string => joinPaths(context.root, path)
  const startWarnings = await startWarningsOf({ app, site, start, version: deno.version })
  return {
    kind: site === undefined ? 'deno' : 'static',
    phases: { ...(install.phase && { install: install.phase }), ...(build && { build }) },
    processes: site !== undefined ? { static: below(site.directory) } : start === undefined ? {} : { web: start.command },
    versions: { deno },
    exclude: [
      'node_modules',
      ...[denoDirectory, '_fresh', ...(site === undefined ? [] : [site.directory])].map((path) => `/${below(path)}`),
    ],
    runtime: { envVars: { ...quiet, NODE_ENV: 'production' }, envPaths: { DENO_DIR: below(denoDirectory) } },
    decisions: decisionsOf({ site, start, install }),
    warnings: [
      ...(app.lock === undefined && app.manifest !== undefined
        ? ['There is no lock file: two builds may install different versions. Run `deno install` and add the deno.lock it writes.']
        : []),
      ...startWarnings,
    ],
    startWarnings,
  }
}

interface BuildRequest {
  readonly app: DenoApp
  readonly task: string | undefined
  readonly start: DenoStart | undefined
  readonly variables: Readonly<Record<string, string>>
  readonly cache: CacheFacts
}

/** It has no outputs: what a task writes is not known, and what is cached already is not fetched again. */
function buildPhase({ task, start, variables, cache }: BuildRequest): PhaseInput | undefined {
  const cmds = [
    ...(task === undefined ? [] : [`deno task ${shellQuote(task)}`]),
    ...(start?.entry === undefined ? [] : [cacheCommand(start.written, start.entry, cache)]),
  ]
  return cmds.length === 0 ? undefined : { cmds, variables: { ...variables, NODE_ENV: 'production' } }
}

interface Facts {
  readonly site: DenoSite | undefined
  readonly start: DenoStart | undefined
}

function decisionsOf({ site, start, install }: Facts & { readonly install: DenoInstall }): readonly Decision[] {
  return [
    ...(install.reason === undefined ? [] : [{ key: 'deno.install.inputs', value: 'the whole source', origin: install.reason }]),
    ...(site === undefined ? [] : [{ key: 'processes.static', value: site.directory, origin: site.origin }]),
    ...(start === undefined ? [] : [{ key: 'processes.web', value: start.command, origin: start.origin }]),
  ]
}

async function startWarningsOf({
  app,
  site,
  start,
  version,
}: Facts & { readonly app: DenoApp; readonly version: string }): Promise<readonly string[]> {
  const entry = start?.entry === undefined || start.entry.includes(':') ? undefined : start.entry
  return [
    ...(start === undefined && site === undefined
      ? [
          'No start command found: there is no task start, and no main.ts or server.ts. Add "start": "deno run --allow-net main.ts" to the tasks of deno.json.',
        ]
      : []),
    ...(start?.command.startsWith('DENO_SERVE_ADDRESS') && !isAtLeast(version, '2.3')
      ? [
          `Deno ${version} does not know DENO_SERVE_ADDRESS: unless the app listens on PORT itself, its health check will fail. Deno 2.3 and later do.`,
        ]
      : []),
    ...(entry === undefined ? [] : fixedPortWarning('deno', joinPaths(app.root, entry), await app.text(entry))),
  ]
}
