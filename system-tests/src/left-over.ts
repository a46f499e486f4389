/** What of a home is still there: processes whose command line or environment names it, sockets, temporary files. */
import { readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'

/** Processes that have the directory in their command line, working directory or environment. */
export async function processesOf(directory: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [commandLine, environment] = await Promise.all(
        ['cmdline', 'environ'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
      )
      const isTestRunner = commandLine?.includes('vitest') === true
      const workingDirectory = await readlink(`/proc/${pid}/cwd`).catch(() => '')
      return !isTestRunner && [commandLine, environment, workingDirectory].some((text) => text?.includes(directory))
        ? [`${pid} ${commandLine?.replaceAll('\0', ' ')}`]
        : []
    }),
  )
  return found.flat()
}

/** Names in the tree that only exist while something is being written. */
export async function temporaryFiles(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => /\.tmp$|\.tmp-|\.partial$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name))
}
