/** Secrets of a command that runs in a container of its own: files for as long as it runs, and of each command its own. */
import { join } from 'node:path'
import type { DeploymentContext } from '@hop3/core'
import { makeOwned, sweepOwned } from '@hop3/core/processes'
import { layoutOf, projectFile } from './layout.ts'
import { writeSecrets } from './prepare-project.ts'

export interface CommandSecrets {
  /** Holds a file for each. */
  readonly directory: string
  remove(): Promise<void>
}

export async function keepCommandSecrets(context: DeploymentContext, names: readonly string[]): Promise<CommandSecrets> {
  const { exec } = layoutOf(context.directories.home, context.appName)
  if (names.length === 0) return { directory: join(exec, projectFile.secrets), remove: async () => {} }
  const { path, remove } = await makeOwned(exec)
  try {
    await writeSecrets(context, path, [{ secrets: names }])
    return { directory: join(path, projectFile.secrets), remove }
  } catch (error) {
    await remove()
    throw error
  }
}

/** Removes those whose command was killed. */
export async function sweepCommandSecrets({ appName, directories }: Pick<DeploymentContext, 'appName' | 'directories'>): Promise<void> {
  await sweepOwned(layoutOf(directories.home, appName).exec)
}
