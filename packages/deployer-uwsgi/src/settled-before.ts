/** Remembers which workers without an address have settled: an empty file for each command, environment and release. */
import { createHash } from 'node:crypto'
import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DeploymentContext } from '@hop3/core'
import type { Layout } from './layout.ts'
import type { WantedInstance } from './wanted-instances.ts'

/** Names what settles: another command, another variable or another release has to prove itself anew. */
export function settledName({ app, worker, release, command }: WantedInstance, env: Readonly<Record<string, string>>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([command, env]))
    .digest('hex')
  return [app, worker, release, digest.slice(0, 32)].join('@')
}

export async function hasSettled(layout: Layout, name: string): Promise<boolean> {
  return access(join(layout.settled, name)).then(
    () => true,
    () => false,
  )
}

/** Remembers these, and forgets the app's releases that are gone. What cannot be written is proven again the next time. */
export async function rememberSettled(
  { appName, release, log }: DeploymentContext,
  layout: Layout,
  names: readonly string[],
): Promise<void> {
  try {
    await mkdir(layout.settled, { recursive: true, mode: 0o700 })
    for (const name of names) await writeFile(join(layout.settled, name), '', { mode: 0o600 })
    const releases = await readdir(dirname(release.path))
    await forget(layout, appName, (id) => id !== release.id && !releases.includes(id))
  } catch (error) {
    log.debug(`Cannot remember in ${layout.settled} what has settled: ${String(error)}`)
  }
}

/** Forgets everything of the app. */
export async function forgetSettled(layout: Layout, app: string): Promise<void> {
  await forget(layout, app, () => true)
}

async function forget(layout: Layout, app: string, isGone: (release: string) => boolean): Promise<void> {
  for (const name of await readdir(layout.settled).catch(() => [])) {
    const [owner, , release = ''] = name.split('@')
    if (owner === app && isGone(release)) await rm(join(layout.settled, name), { force: true })
  }
}
