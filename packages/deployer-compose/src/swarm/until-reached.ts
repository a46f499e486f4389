/**
 * The end of a roll-out: a request gets from this host to a task, wherever that runs. To the swarm a node is ready, and gets tasks, as soon
 * as it answers its managers; the network between the containers may take most of a minute more to be whole again after a node was cut off.
 */
import { hop3Error, nodeHttp, type DeploymentContext, type Upstream } from '@hop3/core'
import { ensureForwarder, type ForwarderRequest } from './forwarder.ts'
import { unreachedHeader } from './forwarder-config.ts'

/** Milliseconds; nodes that lost each other look for each other every 60 seconds. */
const longestWait = 75_000
/** Milliseconds: longer than the forwarder goes on trying, so whoever has not answered by then has been reached. */
const longestAnswer = 15_000

/** Resolves to where it is reached. `path` is what the health check asks for, or empty. Throws `deploy.swarm.unreached`. */
export async function untilReached(request: ForwarderRequest, path: string): Promise<Upstream> {
  const { context, stack } = request
  const { clock, signal, appName, release } = context
  const deadline = clock.monotonic() + longestWait
  for (let round = 0; ; round++) {
    const upstream = await ensureForwarder(request)
    if (await isReached(upstream, path, signal)) return upstream
    signal.throwIfAborted()
    if (clock.monotonic() >= deadline)
      throw hop3Error(
        'deploy.swarm.unreached',
        `${release.id} of ${appName} runs in the swarm, and no request from this host has reached it for ${longestWait / 1000} s.`,
        {
          hint: `Let the nodes reach each other: ports 7946 (TCP and UDP) and 4789 (UDP); \`docker stack ps ${stack}\` says where the tasks are. Then deploy again.`,
        },
      )
    if (round === 0) context.log.info(`Waiting until this host reaches the tasks of ${release.id}.`)
    await clock.sleep(200, signal)
  }
}

/** Every answer counts but the forwarder's own, and so does none in time. */
function isReached({ address, port }: Upstream, path: string, signal: DeploymentContext['signal']): Promise<boolean> {
  return new Promise((resolve) => {
    const limit = AbortSignal.timeout(longestAnswer)
    const question = nodeHttp().request({
      host: address,
      port,
      method: 'HEAD',
      path: path === '' ? '/' : path.replace(/[^\u0021-\u007e]/gu, encodeURIComponent),
      agent: false,
      headers: { 'user-agent': 'hop3-health', connection: 'close' },
      signal: AbortSignal.any([signal, limit]),
    })
    question.once('response', ({ headers }) => {
      question.destroy()
      resolve(headers[unreachedHeader] === undefined)
    })
    question.on('error', () => resolve(limit.aborted))
    question.end()
  })
}
