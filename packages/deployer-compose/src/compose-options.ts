/** The table `[deploy.compose]` of hop3.toml, and what `[[component]]` says of limits. */
import { hop3Error, visible, type DeployConfig, type Volume } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { optionsSchema } from './options.ts'

export interface ComposeOptions {
  /** `512m`. */
  readonly memory?: string
  /** `1.5`. */
  readonly cpus?: string
  /** Of the operator's variables: given as files in /run/secrets, with `<NAME>_FILE` in the environment. */
  readonly secrets: readonly string[]
  /** Name → absolute path in the container: directories that outlive releases, of `[[volumes]]` and of this table. */
  readonly volumes: Readonly<Record<string, string>>
  /** Those of the app's compose file that run beside it: `true` for all that have an image, or their names. */
  readonly services: boolean | readonly string[]
  /** Of one part of a container's log on the engine. */
  readonly logSize: string
}

const sizePattern = /^[1-9][0-9]*[bkmg]$/i
const { properties } = optionsSchema
const keys: readonly string[] = Object.keys(properties)

/** Throws `config.deploy.compose` naming the key. */
export function composeOptions({ options, volumes }: Pick<DeployConfig, 'options' | 'volumes'>, worker?: string): ComposeOptions {
  const table = options['compose'] ?? {}
  if (!isObject(table)) throw invalid('deploy.compose', table, 'a table')
  const unknown = Object.keys(table).find((key) => !keys.includes(key))
  if (unknown !== undefined) throw invalid(`deploy.compose.${visible(unknown)}`, table[unknown], `one of ${keys.join(', ')}`)
  const memory = componentMemory(options, worker) ?? text(table, 'memory', sizePattern, 'a size such as "512m"')
  const cpus = cpusOf(table)
  return {
    ...(memory === undefined ? {} : { memory }),
    ...(cpus === undefined ? {} : { cpus }),
    secrets: secretsOf(table['secrets'] ?? []),
    volumes: allVolumes(volumes ?? [], volumesOf(table['volumes'] ?? {})),
    services: servicesOf(table['services'] ?? properties.services.default),
    logSize: text(table, 'log-size', sizePattern, 'a size such as "10m"') ?? properties['log-size'].default,
  }
}

/** Bytes of `512m`. */
export function bytesOf(size: string): number {
  const factor = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }[size.slice(-1).toLowerCase()]
  return Number.parseInt(size, 10) * (factor ?? 1)
}

function componentMemory(options: DeployConfig['options'], worker: string | undefined): string | undefined {
  const components = options['component']
  const own = worker !== undefined && isObject(components) && Object.hasOwn(components, worker) ? components[worker] : undefined
  if (!isObject(own) || own['memory-limit'] === undefined) return undefined
  const written = own['memory-limit']
  // As Kubernetes and people write it, too: 512M, 512Mi, 512MB.
  const size = typeof written === 'string' ? written.trim().replace(/(?<=[kmg])i?b?$/i, '') : ''
  if (sizePattern.test(size)) return size.toLowerCase()
  throw invalid(`memory-limit of component ${worker}`, written, 'a size such as "512m"')
}

function text(table: Readonly<Record<string, unknown>>, key: string, pattern: RegExp, wanted: string): string | undefined {
  const value = table[key]
  if (value === undefined) return undefined
  if (typeof value === 'string' && pattern.test(value)) return value.toLowerCase()
  throw invalid(`deploy.compose.${key}`, value, wanted)
}

function cpusOf(table: Readonly<Record<string, unknown>>): string | undefined {
  const value = table['cpus']
  if (value === undefined) return undefined
  const count = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
  if (typeof count === 'number' && count > 0 && count <= 1024) return String(count)
  throw invalid('deploy.compose.cpus', value, 'a number above zero, such as 1.5')
}

function secretsOf(value: unknown): readonly string[] {
  const isNames = Array.isArray(value) && value.every((one) => typeof one === 'string' && /^[A-Za-z_][A-Za-z0-9_]*$/.test(one))
  if (isNames) return [...new Set(value.map(String))]
  throw invalid('deploy.compose.secrets', value, 'a list of names of variables')
}

function servicesOf(value: unknown): boolean | readonly string[] {
  if (typeof value === 'boolean') return value
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.map(String)
  throw invalid('deploy.compose.services', value, 'true, false, or a list of names')
}

function volumesOf(value: unknown): Readonly<Record<string, string>> {
  if (!isObject(value)) throw invalid('deploy.compose.volumes', value, 'a table of names and paths')
  return Object.fromEntries(
    Object.entries(value).map(([name, path]) => {
      const isPath = typeof path === 'string' && /^\/[^\0]/.test(path) && !path.split('/').includes('..')
      if (isPath && /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return [name, path]
      throw invalid(`deploy.compose.volumes.${visible(name)}`, path, 'a name of letters and digits and an absolute path in the container')
    }),
  )
}

/** Both places say the same thing: one name or one path in both is one too many. */
function allVolumes(volumes: readonly Volume[], own: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const twice = volumes.find(({ name, path }) => Object.hasOwn(own, name) || Object.values(own).includes(path))
  if (twice !== undefined)
    throw invalid('deploy.compose.volumes', own, `beside the volume ${twice.name} of ${twice.path} under [[volumes]] (${twice.origin})`)
  return { ...Object.fromEntries(volumes.map(({ name, path }) => [name, path])), ...own }
}

function invalid(key: string, value: unknown, wanted: string): Error {
  return hop3Error('config.deploy.compose', `${key} in hop3.toml is ${visible(JSON.stringify(value) ?? String(value))}, not ${wanted}.`, {
    hint: 'Write for example: [deploy.compose] memory = "512m"',
    details: { key },
  })
}
