import { statfs } from 'node:fs/promises'
import type { App } from './app.ts'
import { hop3Error } from './errors.ts'
import type { Operation } from './operation.ts'

/** Less than this and a deploy would fail half way through. */
const leastFreeBytes = 64 * 1024 * 1024

/** What can be known to fail before anything is built: a full disk, a fixed port of another app. */
export async function preflight(app: App, { appHome }: Operation): Promise<void> {
  const { bavail, bsize } = await statfs(appHome.directories.root)
  const free = bavail * bsize
  if (free < leastFreeBytes) {
    throw hop3Error(
      'environment.disk-full',
      `Cannot deploy ${app.name}: ${megabytes(free)} MB are free below ${appHome.directories.root}, ${megabytes(leastFreeBytes)} MB are the least to begin with.`,
      {
        hint: 'Free some space: `hop3 destroy` an unused app, or remove the directory `cache` in $HOP3_HOME.',
        details: { free },
      },
    )
  }
  await appHome.claimFixedPorts(app.config.deploy.ports)
}

function megabytes(bytes: number): number {
  return Math.floor(bytes / 1024 / 1024)
}
