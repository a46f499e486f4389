import { toHop3Error, type Host } from '@hop3/core'
import { constants } from 'node:fs'
import { access, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Finding } from './finding.ts'

/** A deploy refuses to begin with less than 64 MB; below this it is time to know. */
const comfortableBytes = 1024 ** 3

export function checkNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const isNewEnough = major > 22 || (major === 22 && minor >= 18)
  const seen = `${process.version} (${process.execPath})`
  return isNewEnough ? { check: 'node', state: 'ok', seen } : { check: 'node', state: 'problem', seen, fix: 'Install Node 22.18 or newer.' }
}

/** Whether the home, or the directory it will be made in, can be written. */
export async function checkHome({ home }: Host): Promise<Finding> {
  const existing = await nearestExisting(home.path)
  const seen = existing === home.path ? home.path : `${home.path} (made with the first deploy)`
  try {
    await access(existing, constants.W_OK | constants.X_OK)
    return { check: 'home', state: 'ok', seen }
  } catch (error) {
    return {
      check: 'home',
      state: 'problem',
      seen: toHop3Error(error, `Cannot write ${existing}`).message,
      fix: 'export HOP3_HOME=~/.local/share/hop3',
    }
  }
}

export async function checkDisk({ home }: Host): Promise<Finding> {
  const { bavail, bsize } = await statfs(await nearestExisting(home.path))
  const free = bavail * bsize
  const seen = `${(free / 1024 ** 3).toFixed(1)} GB free for ${home.path}`
  if (free >= comfortableBytes) return { check: 'disk', state: 'ok', seen }
  return { check: 'disk', state: free < comfortableBytes / 16 ? 'problem' : 'note', seen, fix: `rm -rf ${home.cachePath}` }
}

async function nearestExisting(path: string): Promise<string> {
  for (let directory = path; ; directory = dirname(directory)) {
    const found = await access(directory).then(
      () => true,
      () => false,
    )
    if (found || dirname(directory) === directory) return directory
  }
}
