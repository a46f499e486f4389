import { silentLog, type ToolchainFactory, type ToolchainPlan } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { createSourceView, planApp, readAppConfig, type PlanEnvironment, type PlanOverrides } from '../src/index.ts'

export interface Layers extends PlanEnvironment {
  readonly overrides?: PlanOverrides
  readonly toolchains?: readonly ToolchainFactory[]
}

/** Plans an app that is these files. */
export async function planFiles(
  files: Readonly<Record<string, string>>,
  { env = {}, appEnv = {}, overrides = {}, toolchains = [] }: Layers = {},
) {
  const sourcePath = await tempApp(files)
  const source = createSourceView(sourcePath)
  const config = await readAppConfig({ sourcePath, source, env, appEnv, overrides })
  const planned = await planApp({ appName: 'shop', sourcePath, config, toolchains, log: silentLog, source })
  return { ...planned, config }
}

/** A toolchain that takes every app. */
export function nodeToolchain(plan: Partial<ToolchainPlan> = {}, options?: ToolchainFactory['options'], name = 'node'): ToolchainFactory {
  return {
    name,
    specificity: 'inferred',
    ...(options && { options }),
    create: (context) => ({
      name,
      accept: async () => ({ accepted: true, reason: 'every app' }),
      plan: async () => ({
        kind: 'node',
        phases: {
          setup: { nixPkgs: ['nodejs', 'npm'] },
          install: { cmds: ['npm ci'], cacheDirectories: ['~/.npm'] },
          build: { cmds: ['npm run build'] },
        },
        processes: { web: 'npm start' },
        versions: { node: context.versions['node'] ?? { version: '22', origin: 'default' } },
        variables: { WHO: 'toolchain' },
        runtime: {},
        decisions: [{ key: 'options', value: JSON.stringify(context.options ?? null), origin: 'node' }],
        warnings: [],
        ...plan,
      }),
    }),
  }
}
