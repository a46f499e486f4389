import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock, type AppHome, type Home, type Lock } from '@hop3/core'
import { createHome, type HomeOptions } from '@hop3/releases'
import { onTestFinished } from 'vitest'
import { artifactOf } from './site-artifact.ts'

/** A directory of the test's own, gone when it ends. */
export async function tempDirectory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'hop3-releases-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

export async function tempHome(options: Partial<HomeOptions> = {}): Promise<Home> {
  return createHome({ path: await tempDirectory(), clock: systemClock, ...options })
}

/** A locked app without releases. */
export async function tempApp(options: Partial<HomeOptions> = {}): Promise<AppHome> {
  const app = (await tempHome(options)).app('blog')
  await (await lock(app)).release()
  return app
}

export function lock(
  app: AppHome,
  change: { wait?: boolean; notices?: string[]; operation?: string; mustExist?: boolean; makesRoom?: boolean; signal?: AbortSignal } = {},
): Promise<Lock> {
  const {
    wait = false,
    notices = [],
    operation = 'deploy',
    mustExist = false,
    makesRoom = false,
    signal = new AbortController().signal,
  } = change
  return app.lock({ operation, wait, mustExist, makesRoom, signal, notice: (text) => notices.push(text) })
}

/** Commits one more release and gives its id. */
export async function release(app: AppHome, buildId = '1f3a9c2e00000000'): Promise<string> {
  const slot = await app.nextRelease(buildId)
  await app.reserve(slot)
  await mkdir(join(slot.path, 'source'))
  await writeFile(join(slot.path, 'source', 'index.html'), slot.id)
  await app.commit(slot, artifactOf(slot.path, slot.id))
  return slot.id
}
