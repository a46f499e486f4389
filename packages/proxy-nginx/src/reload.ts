/** Tells a running nginx of a new configuration, so that no request is lost. */
import { hop3Error, type ProxyContext } from '@hop3/core'
import { processIds, readProcessStat, readTcpSockets, signalProcess, socketInodes } from '@hop3/core/processes'
import { longParting, partClients, seenAt } from '@hop3/core/routes'
import type { NginxPaths } from './nginx-paths.ts'

const switchPatience = 15_000
const pollEvery = 10

/**
 * Makes a running nginx read the current generation. When it resolves, only workers that have it take connections: those before have closed
 * their listening sockets and finish what they have. Throws `deploy.proxy.reload`.
 */
export async function reloadNginx(context: ProxyContext, paths: NginxPaths, server: Server, generation: string): Promise<void> {
  const { clock, listen } = context
  if ((await seenAt(listen, 'any.host.invalid', server.token))?.generation === generation) return
  const old = await childrenOf(server.pid)
  await partClients(
    context,
    paths.parting,
    async () => {
      signalProcess(server, 'SIGHUP')
      const end = clock.monotonic() + switchPatience
      for (;;) {
        const seen = await seenAt(listen, 'any.host.invalid', server.token)
        if (seen?.generation === generation && !(await anyListens(old))) return
        if (clock.monotonic() > end || (await readProcessStat(server.pid))?.isDefunct !== false) break
        await clock.sleep(pollEvery)
      }
      throw hop3Error('deploy.proxy.reload', 'nginx ended while it was told of the new configuration, or did not take it in time.', {
        hint: `What served before goes on. Its log says more: tail ${paths.log}`,
        class: 'environment',
      })
    },
    longParting,
  )
}

interface Server {
  readonly pid: number
  readonly started: string
  readonly token: string
}

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
