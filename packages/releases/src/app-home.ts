import type { AppHome } from '@hop3/core'
import type { HomeOptions } from './home.ts'
import type { RunPath } from './run-path.ts'

export interface AppHomeOptions extends Omit<HomeOptions, 'runPath'> {
  readonly run: RunPath & { readonly app: string }
}

export function createAppHome(appName: string, options: AppHomeOptions): AppHome {
  throw new Error(`${appName} ${options.path}: to come`)
}
