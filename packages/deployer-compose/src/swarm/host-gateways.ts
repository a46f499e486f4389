/** Where requests to a published port come from, as a container of the swarm sees them: this host's side of the bridge that leads out of it. */
import { networkInterfaces } from 'node:os'
import { objectOf } from '../containers.ts'
import { expectStatus, type Engine } from '../engine.ts'

const bridge = 'docker_gwbridge'

/** Addresses. None where nobody knows: then what a request says of its client is believed of nobody. */
export async function hostGateways(engine: Engine): Promise<readonly string[]> {
  const answer = await engine.ask('GET', `/networks/${bridge}`)
  expectStatus(answer, [200, 404], 'Cannot look at the bridge of the swarm')
  const { IPAM, Options } = objectOf(answer.body)
  const configs = objectOf(IPAM)['Config']
  const gateways = (Array.isArray(configs) ? configs : []).map((one) => objectOf(one)['Gateway'])
  // A bridge made with a subnet alone has a gateway that the engine does not tell.
  const device = objectOf(Options)['com.docker.network.bridge.name']
  const own = (networkInterfaces()[typeof device === 'string' ? device : bridge] ?? []).map(({ address }) => address)
  return [...new Set([...gateways, ...own])].flatMap((one) => (typeof one === 'string' && one !== '' ? [one] : []))
}
