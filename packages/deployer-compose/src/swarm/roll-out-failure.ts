/** Why a roll-out came to nothing, with the last lines of a task that failed. */
import { hop3Error, printable, type Hop3Error } from '@hop3/core'
import { objectOf } from '../containers.ts'
import type { Engine } from '../engine.ts'
import type { StackServiceState, Task } from './services.ts'
import type { WatchRequest } from './watch-stack.ts'

export interface FailedRollOut {
  readonly service: StackServiceState
  readonly task: Task | undefined
  /** The swarm has gone back to what ran before. */
  readonly isBack: boolean
  /** Last lines, by task. */
  readonly printed: ReadonlyMap<string, readonly string[]>
  readonly isTimeout?: boolean
}

export async function rollOutFailure({ context, engine }: WatchRequest, failed: FailedRollOut): Promise<Hop3Error> {
  const { appName, release } = context
  const { service, task, isBack, isTimeout, printed } = failed
  const said =
    task === undefined ? `Swarm says: ${printable(service.updateMessage || 'nothing')}` : describe(task, await nodeName(engine, task.node))
  const lines = printed.get(task?.id ?? '') ?? []
  const told = lines.length === 0 ? '' : `\nIts last lines:\n${lines.map((line) => `  ${printable(line)}`).join('\n')}`
  const details = {
    worker: service.worker,
    release: release.id,
    update: service.update,
    ...(task === undefined ? {} : { exitCode: task.exitCode, node: task.node }),
  }
  const hint = `Mend what its last lines show, then deploy again; \`docker service ps --no-trunc ${service.name}\` has every try.`
  if (isBack)
    return hop3Error(
      'deploy.swarm.rolled-back',
      `${release.id} of ${appName} was rolled back by the swarm, and ${service.release} serves: ${said}.${told}`,
      { hint, details },
    )
  if (isTimeout === true)
    return hop3Error('deploy.swarm.timeout', `${release.id} of ${appName} did not come up in the swarm in time: ${said}.${told}`, {
      hint: 'Look for nodes that are down or full with `docker node ls`, then deploy again.',
      details,
    })
  if (service.update.includes('paused'))
    return hop3Error('deploy.swarm.paused', `The swarm has paused the update of ${service.worker} of ${appName}: ${said}.${told}`, {
      hint,
      details,
    })
  return hop3Error('deploy.swarm.task', `Cannot start ${release.id} of ${appName}: ${said}.${told}`, { hint, details })
}

/** As people know it. */
async function nodeName(engine: Engine, id: string): Promise<string> {
  const answer = id === '' ? undefined : await engine.ask('GET', `/nodes/${id}`)
  const { Hostname } = objectOf(objectOf(answer?.body)['Description'])
  return typeof Hostname === 'string' ? Hostname : id
}

function describe({ worker, slot, state, exitCode, problem }: Task, node: string): string {
  const where = node === '' ? '' : ` on node ${printable(node)}`
  const name = `${worker}.${slot}`
  const isOwn = problem === '' || problem.startsWith('task: non-zero exit')
  if (state === 'complete' || (state === 'failed' && isOwn)) return `${name} ended with exit code ${exitCode}${where}`
  if (state === 'failed') return `${name} could not run${where}: ${printable(problem)}`
  if (state === 'rejected') return `${name} was rejected${where}: ${printable(problem)}`
  return `${name} is ${state}${where}: ${printable(problem || 'no reason given')}`
}
