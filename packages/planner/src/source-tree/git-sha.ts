import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** The commit the source is at, read from git's files; undefined when it is in no repository, or at no commit yet. Starts no process. */
export async function gitSha(sourcePath: string): Promise<string | undefined> {
  const directory = await gitDirectory(sourcePath)
  if (directory === undefined) return undefined
  const head = (await text(join(directory, 'HEAD'))) ?? ''
  const reference = /^ref: (refs\/\S+)/.exec(head)?.[1]
  if (reference === undefined) return sha(head)
  // In a worktree the branches are kept in the main repository.
  const common = resolve(directory, (await text(join(directory, 'commondir'))) ?? '.')
  for (const one of [directory, common]) {
    const found = sha((await text(join(one, reference))) ?? '')
    if (found !== undefined) return found
  }
  const packed = (await text(join(common, 'packed-refs'))) ?? ''
  return sha(packed.split('\n').find((line) => line.endsWith(` ${reference}`)) ?? '')
}

async function gitDirectory(sourcePath: string): Promise<string | undefined> {
  for (let directory = sourcePath; ; directory = dirname(directory)) {
    const candidate = join(directory, '.git')
    const found = await stat(candidate).catch(() => undefined)
    if (found?.isDirectory() === true) return candidate
    if (found?.isFile() === true) {
      const pointer = /^gitdir: (.+)$/m.exec((await text(candidate)) ?? '')?.[1]
      return pointer === undefined ? undefined : resolve(directory, pointer)
    }
    if (directory === dirname(directory)) return undefined
  }
}

/** Undefined when it cannot be read: a repository we may not look into is none. */
async function text(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').then(
    (read) => read.trim(),
    () => undefined,
  )
}

function sha(line: string): string | undefined {
  return /^([0-9a-f]{40}|[0-9a-f]{64})\b/.exec(line)?.[1]
}
