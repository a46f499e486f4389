/** The table `[deploy.kubernetes]` of hop3.toml, and what `[[component]]` says of limits. */
import { hop3Error, visible, type DeployConfig } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { optionsSchema } from './options.ts'

export interface KubernetesOptions {
  /** The only context of the kubeconfig that may be used. */
  readonly context: string | undefined
  /** Given: it is somebody's, never made and never removed. */
  readonly namespace: string | undefined
  readonly service: ServiceType
  readonly limits: Resources
  readonly requests: Resources
  /** Who the processes are in every container. */
  readonly user: number | undefined
  readonly isReadOnly: boolean
  /** Seconds between a web pod's leaving the Service and its SIGTERM: until then whoever sends requests has heard of it. */
  readonly drainDelay: number
  readonly ingressClass: string | undefined
  /** `namespace/name` of a Gateway, or its name. */
  readonly gateway: string | undefined
  readonly tlsSecret: string | undefined
  /** How much of `$HOP3_DATA` is kept; absent: it goes with each pod. */
  readonly data: string | undefined
  readonly storageClass: string | undefined
  readonly volumeSize: string
  readonly accessMode: AccessMode
  /** `true`: made of ~/.docker/config.json; else the name of one that is there. */
  readonly pullSecret: boolean | string
  readonly forceConflicts: boolean
}

export interface Resources {
  readonly memory?: string
  readonly cpu?: string
}

export type ServiceType = 'ClusterIP' | 'NodePort' | 'LoadBalancer'
export type AccessMode = 'ReadWriteOnce' | 'ReadWriteMany'

const { properties } = optionsSchema
const keys: readonly string[] = Object.keys(properties)
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const subdomain = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/

/** Throws `config.deploy.kubernetes` naming the key. */
export function kubernetesOptions({ options }: Pick<DeployConfig, 'options'>, worker?: string): KubernetesOptions {
  const table = options['kubernetes'] ?? {}
  if (!isObject(table)) throw invalid('deploy.kubernetes', table, 'a table')
  const unknown = Object.keys(table).find((key) => !keys.includes(key))
  if (unknown !== undefined) throw invalid(unknown, table[unknown], `one of ${keys.join(', ')}`)
  checkGateway(table)
  return {
    context: text(table, 'context', /./, 'the name of a context'),
    namespace: text(table, 'namespace', label, 'a name of at most 63 lower-case letters, digits and -'),
    service: choice(table, 'service', properties.service.enum, properties.service.default),
    limits: resources(componentMemory(options, worker) ?? size(table, 'memory'), count(table, 'cpus')),
    requests: resources(size(table, 'memory-request'), count(table, 'cpu-request')),
    user: userOf(table['user']),
    isReadOnly: flag(table, 'read-only'),
    drainDelay: drainDelayOf(table['drain-delay']),
    ingressClass: text(table, 'ingress-class', subdomain, 'the name of an IngressClass'),
    gateway: text(table, 'gateway', /^([a-z0-9-]+\/)?[a-z0-9.-]+$/, 'the name of a Gateway, with its namespace: "infra/public"'),
    tlsSecret: text(table, 'tls-secret', subdomain, 'the name of a Secret'),
    data: size(table, 'data'),
    storageClass: text(table, 'storage-class', subdomain, 'the name of a StorageClass'),
    volumeSize: size(table, 'volume-size') ?? properties['volume-size'].default,
    accessMode: choice(table, 'access-mode', properties['access-mode'].enum, properties['access-mode'].default),
    pullSecret: pullSecretOf(table['pull-secret'] ?? properties['pull-secret'].default),
    forceConflicts: flag(table, 'force-conflicts'),
  }
}

/** Without what is not written: a quantity that is none is an error of the API server's. */
function resources(memory: string | undefined, cpu: string | undefined): Resources {
  return { ...(memory === undefined ? {} : { memory }), ...(cpu === undefined ? {} : { cpu }) }
}

type Table = Readonly<Record<string, unknown>>

function text(table: Table, key: string, pattern: RegExp, wanted: string): string | undefined {
  const value = table[key]
  if (value === undefined) return undefined
  if (typeof value === 'string' && pattern.test(value)) return value
  throw invalid(key, value, wanted)
}

function flag(table: Table, key: string): boolean {
  const value = table[key] ?? false
  if (typeof value === 'boolean') return value
  throw invalid(key, value, 'true or false')
}

function choice<Value extends string>(table: Table, key: string, values: readonly Value[], otherwise: Value): Value {
  const value = table[key]
  if (value === undefined) return otherwise
  const found = values.find((one) => one === value)
  if (found !== undefined) return found
  throw invalid(key, value, values.join(' or '))
}

/** As Compose and Kubernetes write it: 512m of memory are mebibytes, never thousandths of a byte. */
function size(table: Table, key: string): string | undefined {
  const value = table[key]
  return value === undefined ? undefined : (quantity(value) ?? fail(key, value, 'a size such as "512m" or "1Gi"'))
}

function quantity(value: unknown): string | undefined {
  const found = typeof value === 'string' ? /^([1-9][0-9]*)(b|[kmgt]i?b?)?$/i.exec(value.trim()) : null
  if (found === null) return undefined
  const unit = (found[2] ?? 'b').charAt(0).toLowerCase()
  return unit === 'b' ? `${found[1]}` : `${found[1]}${unit === 'k' ? 'K' : unit.toUpperCase()}i`
}

function count(table: Table, key: string): string | undefined {
  const value = table[key]
  if (value === undefined) return undefined
  const found = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (typeof found === 'number' && found >= 0.001 && found <= 1024) return `${Math.round(found * 1000)}m`
  throw invalid(key, value, 'a number above zero, such as 1.5')
}

function componentMemory(options: DeployConfig['options'], worker: string | undefined): string | undefined {
  const components = options['component']
  const own = worker !== undefined && isObject(components) && Object.hasOwn(components, worker) ? components[worker] : undefined
  if (!isObject(own) || own['memory-limit'] === undefined) return undefined
  return quantity(own['memory-limit']) ?? fail(`memory-limit of component ${worker}`, own['memory-limit'], 'a size such as "512m"')
}

function userOf(value: unknown): number | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31) return value
  throw invalid('user', value, 'the number of a user, such as 1000')
}

/** The longest a pod may take for it, whatever its release has said: who ends it may know no release. */
export const longestDrainDelay = properties['drain-delay'].maximum

function drainDelayOf(value: unknown = properties['drain-delay'].default): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= longestDrainDelay) return value
  throw invalid('drain-delay', value, `a whole number of seconds, from 0 to ${longestDrainDelay}`)
}

function pullSecretOf(value: unknown): boolean | string {
  if (typeof value === 'boolean' || (typeof value === 'string' && subdomain.test(value))) return value
  throw invalid('pull-secret', value, 'true, false, or the name of a Secret')
}

/** What is of an Ingress would be left out without a word, and a certificate with it. */
function checkGateway({ gateway, ...table }: Table): void {
  if (gateway === undefined) return
  const key = ['tls-secret', 'ingress-class'].find((one) => table[one] !== undefined)
  if (key === undefined) return
  const name = `deploy.kubernetes.${key}`
  throw hop3Error('config.deploy.kubernetes', `${name} in hop3.toml is for an Ingress, and with deploy.kubernetes.gateway there is none.`, {
    hint: `Remove ${key}${key === 'tls-secret' ? ': the listener of the Gateway has the certificate' : ''}. Or remove gateway.`,
    details: { key: name },
  })
}

function fail(key: string, value: unknown, wanted: string): never {
  throw invalid(key, value, wanted)
}

function invalid(key: string, value: unknown, wanted: string): Error {
  const name = key.startsWith('deploy.') || key.includes(' ') ? key : `deploy.kubernetes.${/^[a-z.-]+$/i.test(key) ? key : visible(key)}`
  return hop3Error(
    'config.deploy.kubernetes',
    `${name} in hop3.toml is ${visible(JSON.stringify(value) ?? String(value))}, not ${wanted}.`,
    {
      hint: 'Write for example: [deploy.kubernetes] memory = "512m"',
      details: { key: name },
    },
  )
}
