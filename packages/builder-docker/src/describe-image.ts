/** What an image says about how it is run, as the parts of an artifact. */
import { describeCommand } from '@hop3/core'
import { exposedPorts } from '@hop3/core/docker'
import { isObject } from '@hop3/core/json'
import type { Engine } from './engine/engine.ts'

export interface ImageFacts {
  readonly id: string
  /** Bytes, uncompressed. */
  readonly size: number
  readonly architecture: string
  readonly os: string
  /** Digests of the layers' contents, lowest first. */
  readonly layers: readonly string[]
  /** Names with digests, of registries it was pulled from or pushed to. */
  readonly repoDigests: readonly string[]
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly workingDir: string
  readonly user: string
  readonly envNames: readonly string[]
  /** The value of its variable PORT. */
  readonly portVariable: string | undefined
  /** Of EXPOSE, TCP, ascending. */
  readonly ports: readonly number[]
  readonly healthcheck?: ImageHealthcheck
  readonly stopSignal?: string
  readonly volumes: readonly string[]
}

/** Durations in seconds. */
export interface ImageHealthcheck {
  readonly test: readonly string[]
  readonly interval?: number
  readonly timeout?: number
  readonly start_period?: number
  readonly retries?: number
}

export async function inspectImage({ ask }: Engine, name: string): Promise<ImageFacts> {
  const image = await ask({ method: 'GET', path: `/images/${encodeURIComponent(name)}/json` })
  const top = isObject(image) ? image : {}
  const config = objectIn(top, 'Config')
  const healthcheck = readHealthcheck(config['Healthcheck'])
  return {
    id: text(top['Id']),
    size: Number(top['Size'] ?? 0),
    architecture: text(top['Architecture']),
    os: text(top['Os']),
    layers: strings(objectIn(top, 'RootFS')['Layers']),
    repoDigests: strings(top['RepoDigests']),
    entrypoint: strings(config['Entrypoint']),
    command: strings(config['Cmd']),
    workingDir: typeof config['WorkingDir'] === 'string' && config['WorkingDir'] !== '' ? config['WorkingDir'] : '/',
    user: text(config['User']),
    envNames: strings(config['Env']).map((line) => line.split('=')[0] ?? ''),
    portVariable: strings(config['Env'])
      .find((line) => line.startsWith('PORT='))
      ?.slice('PORT='.length),
    ports: exposedPorts(config['ExposedPorts']),
    ...(healthcheck === undefined ? {} : { healthcheck }),
    ...(typeof config['StopSignal'] === 'string' && config['StopSignal'] !== '' ? { stopSignal: config['StopSignal'] } : {}),
    volumes: Object.keys(objectIn(config, 'Volumes')).toSorted(),
  }
}

export interface ImageCommand {
  /** Undefined where `line` is all that /bin/sh is told. */
  readonly argv: readonly string[] | undefined
  /** As a person would write it. */
  readonly line: string
}

/** What the image starts by itself. Undefined where it starts nothing. */
export function imageCommand({ entrypoint, command }: ImageFacts): ImageCommand | undefined {
  const argv = [...entrypoint, ...command]
  const [file, ...args] = argv
  if (file === undefined) return undefined
  const isShell = argv.length === 3 && /^\/bin\/(?:ba|da)?sh$/.test(file) && argv[1] === '-c'
  const line = isShell ? (argv[2] ?? '') : describeCommand({ file, args })
  return { argv: isShell && file === '/bin/sh' && line.trim() !== '' ? undefined : argv, line }
}

function readHealthcheck(value: unknown): ImageHealthcheck | undefined {
  if (!isObject(value)) return undefined
  const test = strings(value['Test'])
  if (test.length === 0 || test[0] === 'NONE') return undefined
  const seconds = (key: string): number | undefined => (typeof value[key] === 'number' && value[key] > 0 ? value[key] / 1e9 : undefined)
  const known = {
    interval: seconds('Interval'),
    timeout: seconds('Timeout'),
    start_period: seconds('StartPeriod'),
    retries: Number(value['Retries'] ?? 0) || undefined,
  }
  return { test, ...Object.fromEntries(Object.entries(known).filter(([, one]) => one !== undefined)) }
}

function objectIn(value: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  const found = value[key]
  return isObject(found) ? found : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
