/** Files of an app as templates read them: a pipe or a device would never end. */
import { readFileSync, statSync } from 'node:fs'
import { hop3Error, visible } from '@hop3/core'

/** Bytes: lock files of large apps have some. */
const most = 64 * 1024 * 1024

/** The text of a file of the app; undefined where there is none. */
export type ReadText = (file: string) => string | undefined

/** Undefined where there is none. Throws `build.nix-lock` for what is no file, or too large a one. */
export function readText(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  if (stats.isFile() && stats.size <= most) return readFileSync(path, 'utf8')
  throw hop3Error('build.nix-lock', `${visible(path)} is no file of at most ${most / 1024 / 1024} MiB, and is not read.`, {
    hint: 'Put a file there, or use another template.',
    details: { path: visible(path) },
  })
}
