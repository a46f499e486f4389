/** The app's own network: releases and data services find each other by name in it, and no other app is there. */
import { hop3Error, type DeploymentContext } from '@hop3/core'
import type { DockerAnswer } from '@hop3/core/docker'
import { objectOf } from './containers.ts'
import { expectStatus, type Engine } from './engine.ts'
import { homeMark, label, networkName } from './names.ts'

type Named = Pick<DeploymentContext, 'appName' | 'directories'>

export interface OwnNetwork {
  readonly name: string
  readonly driver: 'bridge' | 'overlay'
  /** By which it is known for ours: others may have made one of its name. */
  readonly labels: Readonly<Record<string, string>>
}

/** Its name. Made when it is not there. */
export async function ensureNetwork(engine: Engine, { appName, directories }: Named): Promise<string> {
  return ensureOwn(engine, bridgeOf({ appName, directories }))
}

/** Left alone while something is in it. */
export async function removeNetwork(engine: Engine, { appName, directories }: Named): Promise<void> {
  const network = bridgeOf({ appName, directories })
  if ((await lookAt(engine, network)) !== 'ours') return
  const answer = await engine.ask('DELETE', `/networks/${network.name}`)
  expectStatus(answer, [204, 403, 404, 409], `Cannot remove the network of ${appName}`)
}

/** Throws `deploy.compose.name-taken` when one of its name is somebody else's. */
export async function ensureOwn(engine: Engine, network: OwnNetwork): Promise<string> {
  const { name, driver, labels } = network
  const seen = await lookAt(engine, network)
  if (seen === 'ours') return name
  if (seen === 'foreign') throw notOurs(name)
  const attachable = driver === 'overlay' ? { Attachable: true } : {}
  const body = { Name: name, CheckDuplicate: true, Driver: driver, ...attachable, Labels: labels }
  const answer = await engine.ask('POST', '/networks/create', { body })
  if (isWithoutAddresses(answer) && (await createElsewhere(engine, body))) return name
  // 409: another command has made it meanwhile.
  expectStatus(answer, [201, 409], `Cannot make the network ${name}`)
  return name
}

function isWithoutAddresses({ body }: DockerAnswer): boolean {
  const message = objectOf(body)['message']
  return typeof message === 'string' && /address pool|IPv4 pool/.test(message)
}

/** Where the engine's own pools are used up. */
async function createElsewhere(engine: Engine, body: Readonly<Record<string, unknown>> & { readonly Name: string }): Promise<boolean> {
  const { freeSubnets } = await import('./own-subnet.ts')
  for (const subnet of await freeSubnets(body.Name, 20)) {
    const { status } = await engine.ask('POST', '/networks/create', { body: { ...body, IPAM: { Config: [subnet] } } })
    if (status === 201 || status === 409) return true
  }
  return false
}

export async function lookAt(engine: Engine, { name, labels }: OwnNetwork): Promise<'ours' | 'foreign' | 'absent'> {
  const answer = await engine.ask('GET', `/networks/${name}`)
  if (answer.status === 404) return 'absent'
  expectStatus(answer, [200], `Cannot look at the network ${name}`)
  const found = objectOf(objectOf(answer.body)['Labels'])
  return Object.entries(labels).every(([key, value]) => found[key] === value) ? 'ours' : 'foreign'
}

function bridgeOf({ appName, directories }: Named): OwnNetwork {
  const mark = homeMark(directories.home)
  return { name: networkName(appName, mark), driver: 'bridge', labels: { [label.home]: mark, [label.app]: appName } }
}

function notOurs(name: string): Error {
  return hop3Error('deploy.compose.name-taken', `Somebody else has made the network ${name} on the engine, which is left alone.`, {
    hint: `Look at what is in it with \`docker network inspect ${name}\`; when nobody needs it: docker network rm ${name}`,
    details: { name },
  })
}
