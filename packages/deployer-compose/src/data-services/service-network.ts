/**
 * Which networks the services are in that an app brings: the app's of this host, for which they are made, and that of its target. Moving the
 * app moves no service.
 */
import { expectStatus, type Engine } from '../engine.ts'
import type { ServiceContainer } from './ensure-services.ts'

/** They stay in the others, and are reached in this one by the same names. */
export async function joinNetwork(engine: Engine, network: string, services: readonly ServiceContainer[]): Promise<void> {
  for (const { id, service, networks } of services) {
    if (networks.includes(network)) continue
    const body = { Container: id, EndpointConfig: { Aliases: [service] } }
    expectStatus(await engine.ask('POST', `/networks/${network}/connect`, { body }), [200], `Cannot let the app reach ${service}`)
  }
}

/** For a network that goes: no service would start again without it. */
export async function leaveNetwork(engine: Engine, network: string, services: readonly ServiceContainer[]): Promise<void> {
  for (const { id, service, networks } of services) {
    if (!networks.includes(network)) continue
    const answer = await engine.ask('POST', `/networks/${network}/disconnect`, { body: { Container: id, Force: true } })
    expectStatus(answer, [200, 404], `Cannot take ${service} from the network ${network}`)
  }
}
