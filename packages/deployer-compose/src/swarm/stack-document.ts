/** The Compose document of an app as a stack: the same services, replicated, replaced start-first and rolled back by the swarm. Pure. */
import { composeDocument, type ServiceInput } from '../service.ts'
import type { Service } from '../document.ts'
import { listeningCheck } from './listening-check.ts'
import { serviceKey, stackLabel, volumeName } from './stack-names.ts'

export interface StackService extends Omit<Service, 'ports' | 'restart' | 'volumes' | 'healthcheck' | 'deploy'> {
  readonly volumes?: readonly { readonly type: 'volume'; readonly source: string; readonly target: string; readonly volume: object }[]
  readonly healthcheck?: object
  readonly deploy: { readonly replicas: number; readonly [key: string]: unknown }
}

export interface StackDocument {
  readonly version: string
  readonly services: Readonly<Record<string, StackService>>
  readonly networks: object
  readonly secrets?: object
  readonly volumes?: object
}

export interface StackRequest {
  readonly stack: string
  readonly network: string
  /** One per worker. */
  readonly workers: readonly StackWorker[]
  /** What the swarm calls each of them. */
  readonly secrets: Readonly<Record<string, string>>
  /** The only node that has the image; undefined when every node can fetch it. */
  readonly onlyNode: string | undefined
  /** What the gate has found out about the web worker: see `Gated`. */
  readonly gated: Gated
}

export interface StackWorker {
  readonly input: ServiceInput
  readonly replicas: number
}

export interface Gated {
  /** A shell in the image can tell whether the app listens; not where the image has a check of its own. */
  readonly canCheck: boolean
  /** Seconds from its start until it was healthy, upwards. */
  readonly bootSeconds: number
  /** Seconds the app may take for that. */
  readonly patience: number
}

export function stackDocument(request: StackRequest): StackDocument {
  const { workers, stack, network, secrets } = request
  const inputs = workers.map(({ input }) => input)
  const { services, networks } = composeDocument(inputs, network)
  const volumes = [...new Set(inputs.flatMap(({ mounts }) => mounts.map(({ source }) => volumeName(stack, source))))]
  return {
    // Programs that ask for one take no document without.
    version: '3.8',
    services: Object.fromEntries(
      workers.flatMap((worker) => {
        const service = services[worker.input.wanted.service]
        return service === undefined ? [] : [[serviceKey(worker.input.wanted.worker), stackService(request, worker, service)]]
      }),
    ),
    networks,
    ...(Object.keys(secrets).length === 0
      ? {}
      : { secrets: Object.fromEntries(Object.entries(secrets).map(([key, name]) => [key, { file: `./secrets/${key}`, name }])) }),
    ...(volumes.length === 0 ? {} : { volumes: Object.fromEntries(volumes.map((name) => [name, { external: true, name }])) }),
  }
}

/** The same document with other counts. */
export function withReplicas(document: StackDocument, counts: Readonly<Record<string, number>>): StackDocument {
  const services = Object.entries(document.services).map(
    ([key, service]) => [key, { ...service, deploy: { ...service.deploy, replicas: counts[key] ?? service.deploy.replicas } }] as const,
  )
  return { ...document, services: Object.fromEntries(services) }
}

function stackService(request: StackRequest, { input, replicas }: StackWorker, service: Service): StackService {
  const { stack, gated } = request
  const { worker, release, generation, app } = input.wanted
  const { ports: _, restart: __, volumes: ___, deploy, healthcheck, ...same } = service
  const check = input.port !== undefined && gated.canCheck ? checkOf(input.port.container, gated) : healthcheck
  const named = { [stackLabel.stack]: stack, [stackLabel.app]: app, [stackLabel.worker]: worker, [stackLabel.release]: release }
  return {
    ...same,
    environment: same.environment.map(literal),
    // Not those by which containers of Compose are found: nobody but the swarm ends these.
    labels: { ...named, [stackLabel.generation]: String(generation) },
    ...(input.mounts.length === 0 ? {} : { volumes: input.mounts.map(({ source, target }) => mountOf(stack, source, target)) }),
    ...(check === undefined ? {} : { healthcheck: check }),
    deploy: {
      replicas,
      labels: named,
      endpoint_mode: 'dnsrr',
      update_config: {
        parallelism: 1,
        // Without a check the swarm does not know when a task is ready: the next one waits as long as the first has taken.
        ...(check === undefined && input.port !== undefined ? { delay: `${gated.bootSeconds}s` } : {}),
        order: orderOf(input),
        failure_action: 'rollback',
        monitor: '5s',
        max_failure_ratio: 0,
      },
      rollback_config: { parallelism: 1, order: orderOf(input), failure_action: 'pause', monitor: '1s' },
      restart_policy: { condition: 'any', delay: '1s' },
      ...(request.onlyNode === undefined ? {} : { placement: { constraints: [`node.id == ${request.onlyNode}`] } }),
      ...deploy,
    },
  }
}

/** The swarm takes values of variables and places of mounts for templates of Go's. */
const literal = (text: string): string => text.replaceAll('{{', '{{"{{"}}')

/** A cron worker never runs twice. */
function orderOf({ wanted }: ServiceInput): 'start-first' | 'stop-first' {
  return wanted.kind === 'cron' ? 'stop-first' : 'start-first'
}

/** On other nodes the volume begins empty; what an image has there is not copied into it, as it is not with Compose. */
function mountOf(stack: string, source: string, target: string): NonNullable<StackService['volumes']>[number] {
  return { type: 'volume', source: volumeName(stack, source), target: literal(target), volume: { nocopy: true } }
}

function checkOf(port: number, { patience }: Gated): object {
  return { test: ['CMD-SHELL', listeningCheck(port)], interval: '2s', timeout: '10s', retries: 3, start_period: `${patience}s` }
}
