/**
 * The end of a roll-out: a request gets from this host to a task, wherever that runs. To the swarm a node is ready, and gets tasks, as soon
 * as it answers its managers; the network between the containers may take most of a minute more to be whole again after a node was cut off.
 */
import { hop3Error, nodeHttp, type DeploymentContext, type RuntimeConfig, type Upstream } from '@hop3/core'
import { ensureForwarder, type ForwarderRequest } from './forwarder.ts'
import { unreachedHeader } from './forwarder-config.ts'
import { isWanted, listTasks } from './services.ts'

/** Milliseconds; nodes that lost each other look for each other every 60 seconds. */
const longestReturn = 75_000
/** Milliseconds: longer than the forwarder goes on trying, so whoever has not answered by then has been reached. */
const longestAnswer = 15_000

export interface ReachRequest extends ForwarderRequest {
  /** The id of this one. */
  readonly node: string
}

/** Resolves to where it is reached. Throws `deploy.swarm.unreached`. */
export async function untilReached(request: ReachRequest, { healthcheckPath, healthcheckTimeout }: RuntimeConfig): Promise<Upstream> {
  const { context, stack } = request
  const { clock, signal, appName, release } = context
  // Without a check a task counts as running before it listens.
  const patience = Math.max(longestReturn, healthcheckTimeout * 1_000)
  const deadline = clock.monotonic() + patience
  for (let round = 0; ; round++) {
    const upstream = await ensureForwarder(request)
    if ((await isHere(request)) || (await isReached(upstream, healthcheckPath, signal))) return upstream
    signal.throwIfAborted()
    if (clock.monotonic() >= deadline)
      throw hop3Error(
        'deploy.swarm.unreached',
        `${release.id} of ${appName} runs in the swarm, and no request from this host has reached it for ${patience / 1_000} s.`,
        {
          class: 'environment',
          hint: `Let the nodes reach each other: ports 7946 (TCP and UDP) and 4789 (UDP); \`docker stack ps ${stack}\` says where the tasks are. Then deploy again.`,
        },
      )
    if (round === 0) context.log.info(`Waiting until this host reaches the tasks of ${release.id}.`)
    await clock.sleep(200, signal)
  }
}

/** A task of this node is reached: an app that has one is asked nothing. */
async function isHere({ context, engine, stack, node }: ReachRequest): Promise<boolean> {
  const own = (await listTasks(engine, stack)).filter(({ worker, generation }) => worker === 'web' && generation === context.generation)
  return own.some((one) => one.node === node && one.state === 'running' && isWanted(one))
}

/**
 * Without a path of its own an app is asked for one it does not have: a request for `/` might change something. Every answer counts but that
 * nobody took the request, and so does none in time.
 */
function isReached({ address, port }: Upstream, path: string, signal: DeploymentContext['signal']): Promise<boolean> {
  return new Promise((resolve) => {
    const limit = AbortSignal.timeout(longestAnswer)
    const question = nodeHttp().request({
      host: address,
      port,
      method: 'HEAD',
      path: path === '' ? '/hop3-reached' : path.replace(/[^\u0021-\u007e]/gu, encodeURIComponent),
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
