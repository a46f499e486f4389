import { delimiter, join } from 'node:path'
import type { BuildContext, BuildPlan, Phase } from '@hop3/core'
import { packageCacheVariables } from './package-caches.ts'
import type { ProvidedTools } from './versions/provided-tools.ts'

export interface EnvironmentRequest {
  readonly context: Pick<BuildContext, 'env' | 'secret' | 'cachePath'>
  readonly plan: BuildPlan
  readonly phase: Phase
  /** `paths` of this and all earlier phases, first in front; relative to the app. */
  readonly paths: readonly string[]
  readonly appRoot: string
  readonly tools: Pick<ProvidedTools, 'paths' | 'variables'>
}

/** Later wins: the host's reduced environment, shared package caches, what the plan's versions need, the plan's variables, the phase's, the secrets it names. */
export function phaseEnvironment({ context, plan, phase, paths, appRoot, tools }: EnvironmentRequest): Readonly<Record<string, string>> {
  const variables = phaseVariables(plan, phase)
  const env = {
    ...withoutTools(context.env),
    ...packageCacheVariables(phase.cacheDirectories ?? [], context.cachePath, context.env),
    ...tools.variables,
    ...variables,
    ...namedSecrets(phase, context.secret),
  }
  const directories = [...paths.map((path) => join(appRoot, path)), ...tools.paths, env['PATH'] ?? '']
  return { ...env, PATH: directories.filter((one) => one !== '').join(delimiter) }
}

/** Which engine, cluster or agent the operator means is for strategies to know, not for the commands of an app. */
const ofStrategies = /^(?:DOCKER_\w+|KUBECONFIG|NIX_(?!SSL_CERT_FILE$)\w+|SSH_AUTH_SOCK|XDG_RUNTIME_DIR|SOURCE_DATE_EPOCH)$/

function withoutTools(env: BuildContext['env']): BuildContext['env'] {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !ofStrategies.test(name)))
}

export function phaseVariables(plan: BuildPlan, phase: Phase): Readonly<Record<string, string>> {
  return { ...plan.variables, ...phase.variables }
}

/** The secrets the phase names, as far as they have values. */
export function namedSecrets({ secrets = [] }: Pick<Phase, 'secrets'>, valueOf: BuildContext['secret']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    secrets.flatMap((name) => {
      const value = valueOf(name)
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** The secrets any phase of the plan names, as far as they have values. */
export function planSecrets({ phases }: BuildPlan, valueOf: BuildContext['secret']): Readonly<Record<string, string>> {
  return namedSecrets({ secrets: Object.values(phases).flatMap((phase) => phase.secrets ?? []) }, valueOf)
}
