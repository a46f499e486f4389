/** Checks that look for processes see nothing where there is no /proc: there they say so instead of passing. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { processesWith, type SeenProcess } from './processes.ts'
import { tempApp } from './temp-app.ts'

/** Registers a test that is skipped where processes left behind cannot be seen. */
export function registerSightTest(): void {
  test('is seen when it leaves a process', async ({ skip }) => {
    if (!existsSync('/proc/self/environ')) skip('there is no /proc: on this system, processes left behind are not found')
    const directory = await tempApp()
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], { cwd: directory, env: {}, stdio: 'ignore' })
    onTestFinished(() => void child.kill('SIGKILL'))
    await new Promise((resolve) => child.once('spawn', resolve))
    expect((await processesWith(directory)).map(({ pid }) => pid)).toEqual([child.pid])
  })
}

/**
 * Resolves to true once one of these processes runs, to false when `work` is over before. One look is believed: a process that is just being
 * replaced by its program is not seen by the next.
 */
export async function untilBusy(look: () => Promise<readonly SeenProcess[]>, work: Promise<unknown>): Promise<boolean> {
  const over = work.then(
    () => true,
    () => true,
  )
  const soon = (): Promise<boolean> => sleep(20, false)
  while ((await look()).length === 0) if (await Promise.race([soon(), over])) return false
  return true
}
