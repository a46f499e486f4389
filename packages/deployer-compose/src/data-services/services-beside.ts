import type { UnbuiltApp } from '@hop3/core'
import { composeOptions } from '../compose-options.ts'
import { readComposeFile } from './compose-file.ts'
import { dataServices, type DataServices } from './data-services.ts'

/** What of the app's compose file runs beside it. Undefined where it has none, or wants none of it. Throws `config.compose-file`. */
export function servicesBeside({ appName, config, appEnv }: UnbuiltApp): DataServices | undefined {
  const file = readComposeFile(config)
  const { services: chosen } = composeOptions(config)
  if (file === undefined || chosen === false) return undefined
  return dataServices(file, chosen === true ? undefined : chosen, { appName, known: new Set(Object.keys(appEnv)) })
}
