/** Caches inside an app (`.next/cache`): kept between its builds, brought in while a phase runs, never part of a release. */
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { toHop3Error, type Log } from '@hop3/core'

export interface AppCaches {
  /** Puts the kept directories into the app. */
  bring(): Promise<void>
  /** Takes them out again, with what the phase made of them. */
  takeAway(): Promise<void>
}

/** `directories` are relative to the app's root, `keptAt` is this app's own. */
export function appCaches(appRoot: string, keptAt: string, directories: readonly string[]): AppCaches {
  const pairs = directories.map((directory) => ({ inApp: join(appRoot, directory), kept: join(keptAt, encodeURIComponent(directory)) }))
  return {
    async bring() {
      for (const { inApp, kept } of pairs) {
        await rm(inApp, { recursive: true, force: true })
        await mkdir(dirname(inApp), { recursive: true })
        if (!(await move(kept, inApp))) await mkdir(inApp)
      }
    },
    async takeAway() {
      for (const { inApp, kept } of pairs) {
        await rm(kept, { recursive: true, force: true })
        await mkdir(keptAt, { recursive: true, mode: 0o700 })
        await move(inApp, kept)
      }
    },
  }
}

/** Does `work` with the caches in the app. Where they cannot be taken out afterwards, that does not hide why `work` has failed. */
export async function withAppCaches(caches: AppCaches, log: Log, work: () => Promise<void>): Promise<void> {
  await caches.bring()
  try {
    await work()
  } catch (error) {
    await caches.takeAway().catch((problem: unknown) => log.warn(toHop3Error(problem, 'Cannot keep the caches of the app').message))
    throw error
  }
  await caches.takeAway()
}

/** False when there is nothing to move. */
async function move(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT') return false
    if (code !== 'EXDEV') throw error
    await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true })
    await rm(from, { recursive: true, force: true })
  }
  return true
}
