import { isPlanVariable } from '@hop3/core'
import type { ConfigLayer } from './config-layer.ts'
import { checkEnvName } from './env-name.ts'
import type { AskedFile } from './find-plan-file.ts'
import { readPlanVariables, type PlanSettings } from './plan-variables.ts'
import { settingsLayers } from './settings-layers.ts'

export interface PlanEnvironment {
  /** `--env`: what configures the build, and variables of the build. */
  readonly env?: Readonly<Record<string, string>>
  /** What the operator set for the app. Only names that start with `HOP3_` or `NIXPACKS_` are looked at. */
  readonly appEnv?: Readonly<Record<string, string>>
}

export interface EnvironmentLayers {
  readonly layers: readonly ConfigLayer[]
  readonly planFile: AskedFile | undefined
}

const name = 'environment'

/** The app's env, and above it what one command was given. Throws `config.env-name`, and as `readPlanVariables`. */
export function environmentLayers({ env = {}, appEnv = {} }: PlanEnvironment): EnvironmentLayers {
  const kept = settingsOf(appEnv, 'app env')
  const given = settingsOf(env, '--env')
  const variables = Object.entries(env).filter(([variable]) => !isPlanVariable(variable))
  const file = given.configFile ?? kept.configFile
  return {
    layers: [
      ...settingsLayers(name, kept, false),
      ...settingsLayers(name, given, false),
      ...(variables.length === 0 ? [] : [variablesLayer(variables)]),
    ],
    planFile: file === undefined ? undefined : { path: file.value, origin: file.origin },
  }
}

function settingsOf(variables: Readonly<Record<string, string>>, source: string): PlanSettings {
  return readPlanVariables(
    Object.entries(variables).map(([variable, value]) => ({ name: variable, value, origin: `${source} ${variable}` })),
  )
}

function variablesLayer(variables: readonly (readonly [string, string])[]): ConfigLayer {
  return {
    name,
    plans: [
      {
        plan: { variables: Object.fromEntries(variables.map(([variable, value]) => [checkEnvName(variable, '--env'), value])) },
        origins: Object.fromEntries(variables.map(([variable]) => [`variables.${variable}`, `--env ${variable}`])),
      },
    ],
    origins: {},
  }
}
