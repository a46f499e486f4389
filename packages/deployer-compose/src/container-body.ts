/** A container that is made at the engine itself, beside those of Compose: with all that a service has. Pure. */
import { join } from 'node:path'
import { bytesOf } from './compose-options.ts'
import { secretPath } from './environment.ts'
import { label } from './names.ts'
import { labelsOf, type ServiceInput } from './service.ts'

export interface BodyRequest {
  readonly input: Omit<ServiceInput, 'wanted'> & { readonly wanted: Parameters<typeof labelsOf>[0] }
  readonly network: string
  /** Holds a file for each of its secrets. */
  readonly secrets: string
  /** Whose command it is: see `one-off.ts`. */
  readonly owner: string
}

/** The body of `POST /containers/create`. Its port is published on the host's loopback, where the engine likes. */
export function containerBody({ input, network, secrets, owner }: BodyRequest) {
  const { argv, limits, port } = input
  const [file, ...args] = argv ?? []
  const inside = `${port?.container ?? 0}/tcp`
  return {
    Image: input.image,
    ...(file === undefined ? {} : { Entrypoint: [file], Cmd: args }),
    Env: Object.entries(input.environment).map(([name, value]) => `${name}=${value}`),
    Labels: { ...labelsOf(input.wanted, input.mark), [label.owner]: owner },
    ...(input.workingDir === '' ? {} : { WorkingDir: input.workingDir }),
    StopTimeout: Math.ceil(input.stopTimeout),
    ...(port === undefined ? {} : { ExposedPorts: { [inside]: {} } }),
    HostConfig: {
      Init: true,
      NetworkMode: network,
      ...(port === undefined ? {} : { PortBindings: { [inside]: [{ HostIp: '127.0.0.1', HostPort: '' }] } }),
      Mounts: [
        ...input.mounts.map(({ source, target }) => ({ Type: 'bind', Source: source, Target: target })),
        ...input.secrets.map((name) => ({ Type: 'bind', Source: join(secrets, name), Target: secretPath(name), ReadOnly: true })),
      ],
      ...(limits.memory === undefined ? {} : { Memory: bytesOf(limits.memory), MemorySwap: bytesOf(limits.memory) * 2 }),
      ...(limits.cpus === undefined ? {} : { NanoCpus: Math.round(Number(limits.cpus) * 1e9) }),
    },
  }
}
