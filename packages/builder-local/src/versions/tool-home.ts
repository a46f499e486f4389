/** Tools kept for all apps of the host: `<home>/tools/<name>-<version>-<arch>`, each there whole or not at all. */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildContext } from '@hop3/core'
import type { Refused } from './means.ts'
import { newestIn, type Choice } from './version-text.ts'

export interface KeptTool {
  readonly version: string
  readonly directory: string
}

/** The newest kept version in the range. Starts nothing. */
export async function keptTool(toolsPath: string, name: string, range: string, choice?: Choice): Promise<KeptTool | undefined> {
  const [prefix, suffix] = [`${name}-`, `-${process.arch}`]
  const names = (await readdir(toolsPath).catch(() => [])).filter((one) => one.startsWith(prefix) && one.endsWith(suffix))
  const versions = names.map((one) => one.slice(prefix.length, -suffix.length)).filter((one) => /^\d+(?:\.\d+)*$/.test(one))
  const version = newestIn(versions, range, choice)
  return version === undefined ? undefined : { version, directory: join(toolsPath, `${prefix}${version}${suffix}`) }
}

/**
 * Lets `install` fill a directory and puts it in its place in one step, unless it refuses. The same tool may have been put there meanwhile:
 * then that one stays.
 */
export async function keepTool(
  { toolsPath, signal }: Pick<BuildContext, 'toolsPath' | 'signal'>,
  { name, version }: { readonly name: string; readonly version: string },
  install: (directory: string) => Promise<Refused | undefined>,
): Promise<KeptTool | Refused> {
  const directory = join(toolsPath, `${name}-${version}-${process.arch}`)
  const temporary = join(toolsPath, `.${name}-${randomBytes(6).toString('hex')}.tmp`)
  await mkdir(temporary, { recursive: true })
  try {
    const refused = await install(temporary)
    if (refused !== undefined) return refused
    signal.throwIfAborted()
    await rename(temporary, directory).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && (error.code === 'ENOTEMPTY' || error.code === 'EEXIST'))) throw error
    })
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  return { version, directory }
}

const hour = 3_600_000

/** What builds that were killed have left of a tool. */
export async function removeUnfinished(toolsPath: string, name: string, now: Date): Promise<void> {
  for (const one of await readdir(toolsPath)) {
    if (!one.startsWith(`.${name}-`) || !one.endsWith('.tmp')) continue
    const path = join(toolsPath, one)
    const { mtime } = await stat(path)
    if (now.getTime() - mtime.getTime() > hour) await rm(path, { recursive: true, force: true })
  }
}
