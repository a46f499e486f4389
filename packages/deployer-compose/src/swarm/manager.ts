/** The node of the swarm that is asked: it has to be a manager, and on this host. */
import { hop3Error, type DeploymentContext } from '@hop3/core'
import { checkLocal } from '../check-local.ts'
import { objectOf } from '../containers.ts'
import { expectStatus, openEngine, type Engine } from '../engine.ts'

export interface Manager {
  readonly engine: Engine
  /** Of the node on this host. */
  readonly node: string
}

/** `work` with the manager. Throws `deploy.swarm.inactive` and `deploy.swarm.not-manager`. */
export async function withManager<T>(context: DeploymentContext, work: (manager: Manager) => Promise<T>): Promise<T> {
  return withNode(context, async (manager, role) => {
    if (role === 'manager') return work(manager)
    const { address } = manager.engine.host
    if (role === 'inactive')
      throw hop3Error('deploy.swarm.inactive', `Cannot use the swarm for ${context.appName}: the engine at ${address} is in none.`, {
        hint: 'Make one with `docker swarm init`, or join one as a manager with the command that `docker swarm join-token manager` prints there.',
        details: { address },
      })
    throw hop3Error(
      'deploy.swarm.not-manager',
      `Cannot use the swarm for ${context.appName}: the engine at ${address} is a node of it that works, and only managers take orders.`,
      {
        hint: 'Run the command on a manager, or run there: docker node promote <this node>. `docker node ls` on a manager lists the nodes.',
        details: { address },
      },
    )
  })
}

export type NodeRole = 'manager' | 'worker' | 'inactive'

export async function withNode<T>(context: DeploymentContext, work: (node: Manager, role: NodeRole) => Promise<T>): Promise<T> {
  const engine = await openEngine(context)
  try {
    checkLocal(engine, context)
    const { node, role } = await roleOf(engine)
    return await work({ engine, node }, role)
  } finally {
    engine.host.close()
  }
}

/** `node`: its id in the swarm. */
export async function roleOf(engine: Engine): Promise<{ readonly node: string; readonly role: NodeRole }> {
  const answer = await engine.ask('GET', '/info')
  expectStatus(answer, [200], 'Cannot ask the engine for its swarm')
  const { LocalNodeState, ControlAvailable, NodeID } = objectOf(objectOf(answer.body)['Swarm'])
  const isMember = LocalNodeState === 'active' || LocalNodeState === 'pending'
  const role = !isMember ? 'inactive' : ControlAvailable === true ? 'manager' : 'worker'
  return { node: typeof NodeID === 'string' ? NodeID : '', role }
}
