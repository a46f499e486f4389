import { createHash } from 'node:crypto'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Everything below a directory that a strategy could change: path → kind, mode, time of change and content. Empty for a missing one. */
export async function treeDigest(directory: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(directory, { recursive: true }).catch(() => [])
  const described = await Promise.all(entries.map(async (path) => [path, await describeEntry(join(directory, path))] as const))
  return Object.fromEntries(described)
}

async function describeEntry(path: string): Promise<string> {
  const stats = await lstat(path, { bigint: true })
  const mode = (stats.mode & 0o7777n).toString(8)
  if (stats.isSymbolicLink()) return `link to ${await readlink(path)}`
  if (stats.isDirectory()) return `directory ${mode} ${stats.mtimeNs}`
  if (!stats.isFile()) return `special ${mode}`
  return `file ${mode} ${stats.mtimeNs} ${createHash('sha256')
    .update(await readFile(path))
    .digest('hex')}`
}
