import { readdir, readlink } from 'node:fs/promises'
import { processIds, readArguments, readEnvironment, readProcessStat } from '@hop3/core/processes'

export interface SeenProcess {
  readonly pid: number
  readonly command: string
}

/** Processes whose environment, arguments or working directory name `marker` (a path only the test knows). Empty where there is no /proc. */
export async function processesWith(marker: string): Promise<readonly SeenProcess[]> {
  const pids = (await processIds()).filter((pid) => pid !== process.pid)
  const seen = await Promise.all(pids.map((pid) => look(pid, marker)))
  return seen.filter((one) => one !== undefined)
}

/** Kills those processes, and those they start meanwhile, until none is left. */
export async function endProcesses(marker: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const left = await processesWith(marker)
    if (left.length === 0) return
    for (const { pid } of left) kill(pid)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Kills a process and waits until it has ended: a signal is under way for a moment, and on a busy machine for longer than the next step takes. */
export async function killAtOnce(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  const end = performance.now() + 10_000
  while (!(await hasEnded(pid))) {
    if (performance.now() > end) throw new Error(`process ${pid} lives on after SIGKILL`)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
}

/** Its sockets are open as long as one of its threads is: a little longer than the process has a program, or its first thread a state. */
async function hasEnded(pid: number): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => [])
  return threads.length <= 1 && (await readProcessStat(pid))?.isDefunct !== false
}

async function look(pid: number, marker: string): Promise<SeenProcess | undefined> {
  // A process may end at any moment, and others' environments are not ours to read: both count as not seen.
  const [environment, words] = await Promise.all([readEnvironment(pid), readArguments(pid)])
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '')
  const command = words.join(' ')
  return [environment, command, directory].some((text) => text.includes(marker)) ? { pid, command } : undefined
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
