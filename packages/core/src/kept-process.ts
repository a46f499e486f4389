/** A program that is kept running between commands: the file that says which process it is, and how it is ended. */
import { readFile } from 'node:fs/promises'
import type { Clock } from './command.ts'
import { parseJson } from './json.ts'
import { readProcessStat } from './process-facts.ts'
import { identifySelf, livenessOf, parseIdentity, signalProcess, type ProcessIdentity } from './process-identity.ts'

/** Another process of this machine. Undefined when it has ended. */
export async function identifyProcess(pid: number): Promise<ProcessIdentity | undefined> {
  const [self, stat] = await Promise.all([identifySelf(), readProcessStat(pid)])
  return stat === undefined || stat.isDefunct ? undefined : { ...self, pid, started: stat.started }
}

/** The process the file at `path` names, if it still is the same and runs; never one of another machine or container. */
export async function keptProcess(path: string): Promise<ProcessIdentity | undefined> {
  const known = parseIdentity(parseJson(await readFile(path, 'utf8').catch(() => '')))
  if (known === undefined) return undefined
  return (await livenessOf(known, await identifySelf())) === 'alive' ? known : undefined
}

/** Asks it to end with `signal` and waits `patience` milliseconds; then it is killed. Resolves when it is gone. */
export async function endKept(known: ProcessIdentity, signal: NodeJS.Signals, patience: number, clock: Clock): Promise<void> {
  const self = await identifySelf()
  for (const [one, time] of [[signal, patience] as const, ['SIGKILL', patience] as const]) {
    signalProcess(known, one)
    const end = clock.monotonic() + time
    while (clock.monotonic() < end) {
      if ((await livenessOf(known, self)) !== 'alive') return
      await clock.sleep(pollEvery)
    }
  }
}

const pollEvery = 10
