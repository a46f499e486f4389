/** The API server of a test's cluster, killed or cut off with nothing said to anybody. Everything else of the cluster goes on. */
import { execFileSync, spawn } from 'node:child_process'
import { openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@hop3/core'
import { isRunning } from '@hop3/core/processes'
import type { OwnCluster } from './own-cluster.ts'

/** Resolves to what starts it again, as it was. */
export async function killApiServer({ directory }: OwnCluster): Promise<() => Promise<void>> {
  const pidFile = join(directory, 'pids/apiserver')
  const pid = Number(readFileSync(pidFile, 'utf8'))
  const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1)
  process.kill(pid, 'SIGKILL')
  while (await isRunning(pid)) await systemClock.sleep(50)
  let isBack = false
  return async () => {
    if (isBack) return
    isBack = true
    const space = readFileSync(join(directory, 'namespace'), 'utf8').trim()
    const log = openSync(join(directory, 'log/apiserver'), 'a')
    // Without the low priority of a test's cluster: who waits for it waits as for any other.
    const child = spawn('nsenter', [`--net=/run/netns/${space}`, ...argv], { detached: true, stdio: ['ignore', log, log] })
    child.unref()
    // Whoever ends the cluster finds it there.
    writeFileSync(pidFile, String(child.pid))
    for (let round = 0; round < 600; round += 1) {
      if (isReady(directory)) return
      await systemClock.sleep(200)
    }
    throw new Error('the API server did not come back within two minutes')
  }
}

/** From here on no packet of this host reaches it, and none is answered. Returns what ends that. */
export function cutOffApiServer({ directory }: OwnCluster): () => void {
  const space = readFileSync(join(directory, 'namespace'), 'utf8').trim()
  const rule = ['INPUT', '!', '--in-interface', 'lo', '--protocol', 'tcp', '--dport', '6443', '--jump', 'DROP']
  const iptables = (what: string): void =>
    void execFileSync('nsenter', [`--net=/run/netns/${space}`, 'iptables', '--wait', what, ...rule], { stdio: 'pipe' })
  iptables('--insert')
  let isCut = true
  return () => {
    if (isCut) iptables('--delete')
    isCut = false
  }
}

function isReady(directory: string): boolean {
  const node = readFileSync(join(directory, 'node'), 'utf8').trim()
  const question = ['--noproxy', '*', '--cacert', join(directory, 'keys/apiserver.crt'), '--header', 'Authorization: Bearer admin']
  try {
    execFileSync('curl', ['-fsS', '--max-time', '2', ...question, `https://${node}:6443/readyz`], { stdio: 'ignore' })
    return true
  } catch {
    // Not yet.
    return false
  }
}
