/** One build at a time installs a tool; others wait for it and use the same. */
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writeNewFile, type BuildContext } from '@hop3/core'
import { parseJson } from '@hop3/core/json'
import { identifySelf, livenessOf, parseIdentity } from '@hop3/core/processes'

type Host = Pick<BuildContext, 'toolsPath' | 'clock' | 'signal' | 'log'>

/**
 * Waits as long as the holder lives. The lock saves work and nothing depends on it: where two hold it after a crash, both install, and the
 * first to finish is kept (see `keepTool`).
 */
export async function withToolLock<T>({ toolsPath, clock, signal, log }: Host, name: string, work: () => Promise<T>): Promise<T> {
  const file = join(toolsPath, `.${name}.lock`)
  await mkdir(toolsPath, { recursive: true })
  const self = await identifySelf()
  let hasSaid = false
  while (!(await create(file, JSON.stringify(self)))) {
    const holder = parseIdentity(parseJson(await readFile(file, 'utf8').catch(() => '')))
    // Unreadable: made this very moment, or torn by a power failure. The next look tells.
    if (holder === undefined ? hasSaid : (await livenessOf(holder, self)) !== 'alive') {
      await rm(file, { force: true })
      continue
    }
    if (!hasSaid) log.info(`Waiting for another build that installs ${name}.`)
    hasSaid = true
    await clock.sleep(250, signal)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}

async function create(file: string, text: string): Promise<boolean> {
  try {
    await writeNewFile(file, text, { durable: false })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
