import { posix } from 'node:path'
import { hop3Error, normalPath, visible, type ToolchainPlan } from '@hop3/core'
import { checkWorker } from '../config/check-worker.ts'
import { checkEnvName } from '../config/env-name.ts'
import { checkStaticDirectory, checkUrlPrefix } from '../config/static-directory.ts'

type OriginOf = (keys: readonly string[]) => string

/**
 * What somebody else's plan says about running, held to the rules the app's own configuration is held to. Throws `config.worker-name`,
 * `config.cron`, `config.static-path`, `config.env-name` and `config.provider.path`.
 */
export function checkProvided(plan: ToolchainPlan, originOf: OriginOf): ToolchainPlan {
  const { runtime, phases } = plan
  const { envVars = {}, envPaths = {}, pathPrepend = [], staticPaths } = runtime
  for (const name of Object.keys(plan.variables ?? {})) checkEnvName(name, originOf(['variables', name]))
  for (const name of Object.keys(envVars)) checkEnvName(name, originOf(['runtime', 'envVars', name]))
  for (const [name, path] of Object.entries(envPaths))
    checkPath(path, originOf(['runtime', 'envPaths', checkEnvName(name, originOf(['runtime', 'envPaths', name]))]))
  for (const path of pathPrepend) checkPath(path, originOf(['runtime', 'pathPrepend']))
  for (const [name, phase] of Object.entries(phases)) {
    for (const key of ['paths', 'outputs'] as const) for (const path of phase[key] ?? []) checkPath(path, originOf(['phases', name, key]))
  }
  const processes = Object.entries(plan.processes).map(
    ([name, command]) => [name, checkWorker(name, command, originOf(['processes', name]))] as const,
  )
  const published = Object.entries(staticPaths ?? {}).map(([prefix, directory]) => {
    const origin = originOf(['runtime', 'staticPaths', prefix])
    return [checkUrlPrefix(prefix, origin), checkStaticDirectory(directory, origin)] as const
  })
  return {
    ...plan,
    processes: Object.fromEntries(processes),
    runtime: { ...runtime, ...(staticPaths === undefined ? {} : { staticPaths: Object.fromEntries(published) }) },
  }
}

/** Markers of a merge are no paths. */
function checkPath(path: string, origin: string): void {
  const normal = normalPath(path)
  if (
    path !== '' &&
    !posix.isAbsolute(normal) &&
    !normal.startsWith('~') &&
    normal !== '..' &&
    !normal.startsWith('../') &&
    !/\p{Cc}/u.test(path)
  )
    return
  throw hop3Error('config.provider.path', `${origin}: ${visible(path)} is not a path inside the app.`, {
    hint: "A provider's paths are relative to the root of the app's source.",
    details: { origin },
  })
}
