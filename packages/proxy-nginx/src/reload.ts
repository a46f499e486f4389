/** Tells a running nginx of a new configuration, so that no request is lost. */
import { hop3Error, type ProxyContext } from '@hop3/core'
import { processIds, readProcessStat, readTcpSockets, signalProcess, socketInodes } from '@hop3/core/processes'
import { seenAt } from '@hop3/core/routes'
import { open, rm } from 'node:fs/promises'
import type { NginxPaths } from './nginx-paths.ts'

const switchPatience = 15_000
const pollEvery = 10

/**
 * Makes a running nginx read the current generation. When it resolves, only workers that have it take connections: those before have closed
 * their listening sockets and finish what they have. Throws `deploy.proxy.reload`.
 */
export async function reloadNginx(context: ProxyContext, paths: NginxPaths, server: Server, generation: string): Promise<void> {
  const { clock, listen } = context
  const old = await childrenOf(server.pid)
  await partClients(context, paths, async () => {
    signalProcess(server, 'SIGHUP')
    const end = clock.monotonic() + switchPatience
    for (;;) {
      const seen = await seenAt(listen, 'any.host.invalid', server.token)
      if (seen?.generation === generation && !(await anyListens(old))) return
      if (clock.monotonic() > end) break
      await clock.sleep(pollEvery)
    }
    throw hop3Error('deploy.proxy.reload', 'nginx did not take the new configuration in time.', {
      hint: `What served before goes on. Its log says more: tail ${paths.log}`,
      class: 'environment',
    })
  })
}

interface Server {
  readonly pid: number
  readonly started: string
  readonly token: string
}

/**
 * Old workers close connections that are idle, and a request that is sent at that moment is lost. So every answer ends its connection for a
 * while before: who asks often is on a new connection then, and what is left has been idle for that long.
 */
async function partClients({ clock }: ProxyContext, { parting }: NginxPaths, work: () => Promise<void>): Promise<void> {
  await (await open(parting, 'w', 0o600)).close()
  try {
    await clock.sleep(partingTime)
    await work()
  } finally {
    await rm(parting, { force: true })
  }
}

const partingTime = 200

async function anyListens(pids: readonly number[]): Promise<boolean> {
  const listening = new Set((await readTcpSockets('listening')).map(({ inode }) => inode))
  for (const pid of pids) if ((await socketInodes(pid)).some((inode) => listening.has(inode))) return true
  return false
}

async function childrenOf(parent: number): Promise<readonly number[]> {
  const pids = await processIds()
  const stats = await Promise.all(pids.map(readProcessStat))
  return pids.filter((_, index) => stats[index]?.parent === parent)
}
