/** One instance as a service of a Compose document: pure. */
import type { ComposeDocument, Service } from './document.ts'
import { label } from './names.ts'
import type { WantedInstance } from './wanted-instances.ts'

export interface ServiceInput {
  readonly wanted: WantedInstance
  readonly mark: string
  readonly image: string
  /** The whole argv; undefined for the image's own. */
  readonly argv: readonly string[] | undefined
  readonly workingDir: string
  readonly environment: Readonly<Record<string, string>>
  /** Of a web worker: where it is published on the host's loopback, and where it listens in the container. */
  readonly port: { readonly host: number; readonly container: number } | undefined
  readonly mounts: readonly Mount[]
  readonly limits: { readonly memory?: string; readonly cpus?: string }
  /** Names of those it gets as files below /run/secrets. */
  readonly secrets: readonly string[]
  readonly stopTimeout: number
  readonly logSize: string
}

export interface Mount {
  readonly source: string
  readonly target: string
}

export function composeDocument(inputs: readonly ServiceInput[], network: string): ComposeDocument {
  const names = [...new Set(inputs.flatMap(({ secrets }) => secrets))]
  return {
    services: Object.fromEntries(inputs.map((input) => [input.wanted.service, serviceOf(input)])),
    networks: { app: { external: true, name: network } },
    ...(names.length === 0 ? {} : { secrets: Object.fromEntries(names.map((name) => [name, { file: `./secrets/${name}` }])) }),
  }
}

export function labelsOf(
  { app, worker, ordinal, release, generation }: Omit<WantedInstance, 'project' | 'service' | 'kind' | 'command'>,
  mark: string,
): Readonly<Record<string, string>> {
  return {
    [label.home]: mark,
    [label.app]: app,
    [label.worker]: worker,
    [label.ordinal]: String(ordinal),
    [label.release]: release,
    [label.generation]: String(generation),
  }
}

function serviceOf(input: ServiceInput): Service {
  const { wanted, argv, port, mounts, limits, secrets } = input
  const [file, ...args] = argv ?? []
  return {
    image: input.image,
    ...(file === undefined ? {} : { entrypoint: [file], command: args }),
    ...(input.workingDir === '' ? {} : { working_dir: input.workingDir }),
    init: true,
    environment: Object.entries(input.environment).map(([name, value]) => `${name}=${value}`),
    labels: labelsOf(wanted, input.mark),
    ...(port === undefined ? {} : { ports: [`127.0.0.1:${port.host}:${port.container}`] }),
    ...(mounts.length === 0 ? {} : { volumes: mounts.map((mount) => ({ type: 'bind' as const, ...mount })) }),
    networks: ['app'],
    ...(secrets.length === 0 ? {} : { secrets: secrets.map((name) => ({ source: name, target: name })) }),
    // An image's own check asks its web server, which the other workers are not.
    ...(wanted.kind === 'web' ? {} : { healthcheck: { disable: true } }),
    // Until it has been healthy: who crashes before stays, with its exit code and its last lines.
    restart: 'no',
    stop_grace_period: `${Math.ceil(input.stopTimeout)}s`,
    logging: { driver: 'json-file', options: { 'max-size': input.logSize, 'max-file': '2' } },
    ...(Object.keys(limits).length === 0 ? {} : { deploy: { resources: { limits } } }),
  }
}
