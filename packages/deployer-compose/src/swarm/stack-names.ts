/** What everything of an app is called in a swarm, and the labels by which it is found again. Pure. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { DeploymentContext } from '@hop3/core'
import { homeMark } from '../names.ts'

export type Named = Pick<DeploymentContext, 'appName' | 'directories'>

export const stackLabel = {
  /** Of everything but containers that run one command: the stack. */
  stack: 'hop3.stack',
  app: 'hop3.app',
  worker: 'hop3.worker',
  release: 'hop3.release',
  generation: 'hop3.generation',
  /** Of the forwarder's container: its port of this host. */
  forwarder: 'hop3.forwarder',
} as const

/** A name of the swarm has 63 characters at most, so a long app name is cut; no two apps and homes share one. */
export function stackName({ appName, directories }: Named): string {
  const mark = digest(12, homeMark(directories.home), appName)
  return `hop3-${appName.slice(0, 20).replace(/-+$/, '')}-${mark}`
}

/** The service of a worker in the stack's document. */
export function serviceKey(worker: string): string {
  return /^[a-z0-9](?:[a-z0-9_-]{0,18}[a-z0-9])?$/.test(worker) ? worker : `w-${digest(12, worker)}`
}

/** As the swarm knows the service. */
export const serviceName = (stack: string, worker: string): string => `${stack}_${serviceKey(worker)}`

export const overlayName = (stack: string): string => `${stack}-app`

export const forwarderName = (stack: string, generation: number): string => `${stack}-forwarder-${generation}`

/** `directory` is the app's data, or one of its volumes. */
export const volumeName = (stack: string, directory: string): string => `${stack}_${digest(12, directory)}`

export interface StackLayout {
  /** `<home>/swarm/<app>`. */
  readonly root: string
  /** A directory per generation. */
  readonly generations: string
}

export function stackLayout({ appName, directories }: Named): StackLayout {
  const root = join(directories.home, 'swarm', appName)
  return { root, generations: join(root, 'generations') }
}

export const stackFile = { document: 'stack.json', forwarder: 'forwarder.json', secrets: 'secrets' } as const

function digest(length: number, ...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, length)
}
