/** Where sockets lie. The kernel allows a socket's path few bytes, so the directory is chosen by length; everything here is a pure decision but making and removing them. */
import { createHash } from 'node:crypto'
import { lstat, mkdir, rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { hop3Error, longestSocketPath } from '@hop3/core'
import { orElse } from '@hop3/core/files'

export interface RunPath {
  readonly path: string
  /** True for the directory under /tmp, which others could have made before us. */
  readonly isShared: boolean
}

/** What DeploymentContext promises for a file name. */
const longestFileName = 30
const longestAppDirectory = longestSocketPath - longestFileName - 1
/** `abcdefgh~0123456789`, see `appRunPath`. */
const longestShortName = 19
const longestRunPath = longestAppDirectory - longestShortName - 1

/** The home's directory for sockets. Throws `environment.run-path-too-long` for a given one; without one it finds a short one. */
export function homeRunPath(home: string, given: string | undefined): RunPath {
  const path = given === undefined ? join(home, 'run') : resolve(given)
  const length = Buffer.byteLength(path)
  if (length <= longestRunPath) return { path, isShared: false }
  if (given === undefined) return { path: `/tmp/hop3-${process.getuid?.() ?? 0}-${digest(home)}`, isShared: true }
  throw hop3Error(
    'environment.run-path-too-long',
    `Sockets cannot be made in ${path}: it is ${length} bytes long, and a socket's path leaves room for ${longestRunPath}.`,
    {
      hint: `Set HOP3_RUN to a shorter directory: HOP3_RUN=/run/hop3 (or /tmp/hop3-$USER).`,
      details: { path, length, longest: longestRunPath },
    },
  )
}

/** The app's own directory. A long name is cut and made unique by a digest after `~`, which no app name contains. */
export function appRunPath(runPath: string, appName: string): string {
  const path = join(runPath, appName)
  return Buffer.byteLength(path) <= longestAppDirectory ? path : join(runPath, `${appName.slice(0, 8)}~${digest(appName)}`)
}

/** Removes what `makeRunDirectories` made under /tmp, as far as nothing is in it: elsewhere it goes with the home. */
export async function removeSharedRunPath(run: RunPath, appDirectory?: string): Promise<void> {
  if (!run.isShared) return
  for (const path of [...(appDirectory === undefined ? [] : [appDirectory]), run.path])
    await orElse(rmdir(path), undefined, ['ENOENT', 'ENOTEMPTY', 'EEXIST'])
}

/** Makes both directories. Throws `environment.run-path-unsafe` when the one under /tmp belongs to someone else or is open to others. */
export async function makeRunDirectories(run: RunPath, appDirectory: string): Promise<void> {
  if (run.isShared) await makePrivate(run.path)
  // Another command may have removed the outer one a moment ago.
  await mkdir(appDirectory, { recursive: true, ...(run.isShared && { mode: 0o700 }) })
}

async function makePrivate(path: string): Promise<void> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const found = await lstat(path)
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0) return
  throw hop3Error(
    'environment.run-path-unsafe',
    `Sockets cannot be made in ${path}: it is not a directory that only this user can enter.`,
    {
      hint: 'Set HOP3_RUN to a short directory of your own: HOP3_RUN=$XDG_RUNTIME_DIR/hop3.',
      details: { path, owner: found.uid, mode: (found.mode & 0o7777).toString(8) },
    },
  )
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10)
}
