/** The table `[deploy.uwsgi]` of hop3.toml. */
import { hop3Error, visible, type DeployConfig } from '@hop3/core'
import { optionsSchema } from './options.ts'

export interface UwsgiOptions {
  /** Requests one process answers at a time. */
  readonly threads: number
  /** Processes of each instance of a native worker. */
  readonly processes: number
}

const limits = optionsSchema.properties

/** Throws `config.deploy.uwsgi` naming the key. */
export function uwsgiOptions({ options }: Pick<DeployConfig, 'options'>): UwsgiOptions {
  const table = options['uwsgi'] ?? {}
  if (typeof table !== 'object' || table === null || Array.isArray(table)) throw invalid('deploy.uwsgi', table, 'a table')
  const written: Readonly<Record<string, unknown>> = { ...table }
  const unknown = Object.keys(written).find((key) => !(key in limits))
  if (unknown !== undefined) throw invalid(`deploy.uwsgi.${visible(unknown)}`, written[unknown], `one of ${Object.keys(limits).join(', ')}`)
  return { threads: count(written, 'threads'), processes: count(written, 'processes') }
}

function count(written: Readonly<Record<string, unknown>>, key: keyof typeof limits): number {
  const value = written[key] ?? limits[key].default
  if (typeof value === 'number' && Number.isInteger(value) && value >= limits[key].minimum && value <= limits[key].maximum) return value
  throw invalid(`deploy.uwsgi.${key}`, value, `a whole number from ${limits[key].minimum} to ${limits[key].maximum}`)
}

function invalid(key: string, value: unknown, wanted: string): Error {
  return hop3Error('config.deploy.uwsgi', `${key} in hop3.toml is ${visible(JSON.stringify(value) ?? String(value))}, not ${wanted}.`, {
    hint: 'Write for example: [deploy.uwsgi] threads = 32',
    details: { key },
  })
}
