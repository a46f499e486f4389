import { createRun, isHop3Error, isPlanVariable, systemClock } from '@hop3/core'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { homePaths, type HomePaths } from './home-paths.ts'
import type { Invocation } from './invocation.ts'
import { maskedHome } from './masked-home.ts'

/** Of the variables the operator set for an app, those that say how to build it. None before the first deploy, or without a home. */
export async function appPlanVariables(
  { terminal, output }: Pick<Invocation, 'terminal' | 'output'>,
  appName: string,
): Promise<Readonly<Record<string, string>>> {
  const paths = pathsOf(terminal)
  // Most apps that are planned are not deployed here, and the home takes time to load.
  if (paths === undefined || !existsSync(join(paths.path, 'apps', appName, 'env'))) return {}
  const { createHome } = await import('@hop3/releases')
  const home = maskedHome(createHome({ ...paths, clock: systemClock, run: createRun() }), (secrets) => output.protect(secrets))
  return Object.fromEntries(Object.entries(await home.app(appName).readEnv()).filter(([name]) => isPlanVariable(name)))
}

function pathsOf({ env, cwd }: Invocation['terminal']): HomePaths | undefined {
  try {
    return homePaths(env, cwd, process.getuid?.() === 0)
  } catch (error) {
    // Planning needs no home; whatever does says what is wrong with it.
    if (isHop3Error(error) && error.code === 'environment.home') return undefined
    throw error
  }
}
