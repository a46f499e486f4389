/** Secrets of a command that runs in a container of its own: files for as long as it runs, and of each command its own. */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeploymentContext } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { parseJson } from '@hop3/core/json'
import { identifySelf, livenessOf, parseIdentity } from '@hop3/core/processes'
import { layoutOf, projectFile } from './layout.ts'
import { ownerLabel } from './one-off.ts'
import { writeSecrets } from './prepare-project.ts'

export interface CommandSecrets {
  /** Holds a file for each. */
  readonly directory: string
  remove(): Promise<void>
}

export async function keepCommandSecrets(context: DeploymentContext, names: readonly string[]): Promise<CommandSecrets> {
  const { exec } = layoutOf(context.directories.home, context.appName)
  const id = randomUUID()
  const kept = { directory: join(exec, id, projectFile.secrets), remove: () => removeSecrets(exec, id) }
  if (names.length === 0) return kept
  await mkdir(exec, { recursive: true, mode: 0o700 })
  // Whole from its first moment, as no file is, and before there is something to own.
  await symlink(await ownerLabel(), ownerOf(exec, id))
  try {
    await writeSecrets(context, join(exec, id), [{ secrets: names }])
    return kept
  } catch (error) {
    await kept.remove()
    throw error
  }
}

/** Removes those whose command was killed. */
export async function sweepCommandSecrets({ appName, directories }: Pick<DeploymentContext, 'appName' | 'directories'>): Promise<void> {
  const { exec } = layoutOf(directories.home, appName)
  const names = await orElse(readdir(exec), [])
  const self = names.length === 0 ? undefined : await identifySelf()
  for (const id of new Set(names.map((name) => name.replace(/\.owner$/, '')))) {
    const owner = parseIdentity(parseJson(await orElse(readlink(ownerOf(exec, id)), '')))
    if (self !== undefined && (owner === undefined || (await livenessOf(owner, self)) === 'dead')) await removeSecrets(exec, id)
  }
}

async function removeSecrets(exec: string, id: string): Promise<void> {
  await rm(join(exec, id), { recursive: true, force: true })
  await rm(ownerOf(exec, id), { force: true })
}

const ownerOf = (exec: string, id: string): string => join(exec, `${id}.owner`)
