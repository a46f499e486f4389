import { createRun, type Registry } from '@hop3/core'
import type { ProviderAccess } from '@hop3/planner'
import { join } from 'node:path'
import { homePaths } from './home-paths.ts'
import type { Invocation } from './invocation.ts'
import { toolEnv } from './tool-env.ts'

/** What planning asks providers from elsewhere with, where nothing is built: `createHost` without the rest. Makes nothing. */
export function planningAccess({ terminal, signal, options }: Invocation, registry: Registry): ProviderAccess {
  const { path } = homePaths(terminal.env, terminal.cwd, process.getuid?.() === 0)
  return {
    run: createRun(),
    signal,
    cachePath: join(path, 'cache'),
    env: toolEnv(terminal.env),
    providers: { packages: registry.planPackages(), home: path, allowCode: options.flag('allow-provider-code') },
  }
}
