/**
 * The container of this host that leads from one port of its loopback into the app's network, to whichever tasks are there. One per
 * generation, so that what an earlier one was told stays as it was.
 */
import { join } from 'node:path'
import { hop3Error, printable, writeFileAtomic, type DeploymentContext, type Upstream } from '@hop3/core'
import { acceptsConnection } from '../accepts.ts'
import { readContainerLog } from '../container-logs.ts'
import { inspectContainer, objectOf, type Container } from '../containers.ts'
import { expectStatus, type Engine } from '../engine.ts'
import { pullImage } from '../pull-image.ts'
import { forwarderConfig, forwarderImage, forwarderPort } from './forwarder-config.ts'
import { hostGateways } from './host-gateways.ts'
import { forwarderName, overlayName, serviceName, stackFile, stackLabel } from './stack-names.ts'

export interface ForwarderRequest {
  readonly context: DeploymentContext
  readonly engine: Engine
  readonly stack: string
  /** Of the generation. */
  readonly directory: string
  /** Where the app listens in its containers. */
  readonly port: number
}

/** Where it answers. One that runs is left as it is. */
export async function ensureForwarder(request: ForwarderRequest): Promise<Upstream> {
  const { context, engine, stack, directory } = request
  const port = await context.reservePort('web.1')
  const known = (await listForwarders(engine, stack)).find(({ generation }) => generation === context.generation)
  if (known?.state === 'running' && known.port === port) return { address: '127.0.0.1', port }
  if (known !== undefined) await engine.ask('DELETE', `/containers/${known.id}?force=true&v=true`)
  const image = await engine.ask('GET', `/images/${encodeURIComponent(forwarderImage)}/json`)
  if (image.status !== 200) await pullImage(context, engine, forwarderImage)
  const config = join(directory, stackFile.forwarder)
  const proxies = await hostGateways(engine)
  await writeFileAtomic(config, forwarderConfig({ service: serviceName(stack, 'web'), port: request.port, patience: 10, proxies }), {
    mode: 0o644,
  })
  const id = await create(request, port, config)
  try {
    const started = await engine.ask('POST', `/containers/${id}/start`)
    expectStatus(started, [204, 304], `Cannot start the forwarder of ${context.appName}`)
    await untilAccepting(request, id, port)
  } catch (error) {
    await engine.ask('DELETE', `/containers/${id}?force=true&v=true`).catch(() => {})
    throw error
  }
  return { address: '127.0.0.1', port }
}

export async function listForwarders(engine: Engine, stack: string): Promise<readonly Container[]> {
  return (await listHere(engine, stack)).forwarders
}

/** What is on this host of a stack, containers of its tasks among them; without one of every stack. One call. */
export async function listHere(
  engine: Engine,
  stack?: string,
): Promise<{ readonly forwarders: readonly Container[]; readonly ids: ReadonlySet<string> }> {
  const filters = JSON.stringify({ label: [stack === undefined ? stackLabel.stack : `${stackLabel.stack}=${stack}`] })
  const answer = await engine.ask('GET', `/containers/json?all=true&filters=${encodeURIComponent(filters)}`)
  expectStatus(answer, [200], 'Cannot list the containers of the swarm on this host')
  const found = (Array.isArray(answer.body) ? answer.body : []).map(objectOf)
  return { forwarders: found.flatMap(forwarderOf), ids: new Set(found.map(({ Id }) => String(Id))) }
}

function forwarderOf({ Id, State, Labels }: Readonly<Record<string, unknown>>): readonly Container[] {
  const labels = objectOf(Labels)
  if (!Object.hasOwn(labels, stackLabel.forwarder)) return []
  return [
    {
      id: String(Id),
      app: String(labels['hop3.app']),
      worker: 'forwarder',
      ordinal: 1,
      release: String(labels[stackLabel.release]),
      generation: Number(labels[stackLabel.generation]),
      project: String(labels[stackLabel.stack]),
      service: 'forwarder',
      state: String(State),
      isUnhealthy: false,
      port: Number(labels[stackLabel.forwarder]),
      // It is nobody's worker: its log is not kept.
      owner: 'forwarder',
    },
  ]
}

async function create({ context, engine, stack }: ForwarderRequest, port: number, config: string): Promise<string> {
  const { generation, release, appName } = context
  const inside = `${forwarderPort}/tcp`
  const answer = await engine.ask('POST', `/containers/create?name=${forwarderName(stack, generation)}`, {
    body: {
      Image: forwarderImage,
      Entrypoint: ['caddy', 'run', '--config', '/forwarder.json'],
      Cmd: [],
      Env: ['HOME=/tmp', 'XDG_CONFIG_HOME=/tmp', 'XDG_DATA_HOME=/tmp'],
      ExposedPorts: { [inside]: {} },
      Labels: {
        [stackLabel.stack]: stack,
        [stackLabel.app]: appName,
        [stackLabel.release]: release.id,
        [stackLabel.generation]: String(generation),
        [stackLabel.forwarder]: String(port),
      },
      HostConfig: {
        Init: true,
        NetworkMode: overlayName(stack),
        PortBindings: { [inside]: [{ HostIp: '127.0.0.1', HostPort: String(port) }] },
        Mounts: [{ Type: 'bind', Source: config, Target: '/forwarder.json', ReadOnly: true }],
        RestartPolicy: { Name: 'unless-stopped' },
        LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '2' } },
      },
    },
  })
  expectStatus(answer, [201], `Cannot make the forwarder of ${appName}`)
  return String(objectOf(answer.body)['Id'])
}

/** Milliseconds. */
const longestStart = 20_000

async function untilAccepting({ context, engine }: ForwarderRequest, id: string, port: number): Promise<void> {
  const { clock, signal, appName } = context
  const deadline = clock.monotonic() + longestStart
  for (;;) {
    if (await acceptsConnection(port)) return
    const seen = await inspectContainer(engine, id)
    if (seen === undefined || !seen.isRunning || clock.monotonic() > deadline) {
      const lines: string[] = []
      await readContainerLog(engine, id, { tail: 10, onLine: (line) => void lines.push(`\n  ${printable(line)}`) }).catch(() => {})
      throw hop3Error('deploy.swarm.forwarder', `The forwarder of ${appName} (${forwarderImage}) does not come up.${lines.join('')}`, {
        hint: `Look at the image: docker run --rm ${forwarderImage} caddy version`,
      })
    }
    await clock.sleep(50, signal)
  }
}
