/** What everything of an app is called on the engine, and the labels by which it is found again. Pure. */
import { createHash } from 'node:crypto'
import { checkAppName, hop3Error, releaseCounter, visible } from '@hop3/core'

/** One engine may serve several homes, each with an app of the same name. */
export function homeMark(home: string): string {
  return createHash('sha256').update(home).digest('hex').slice(0, 12)
}

/** One Compose project per release and generation: an update never changes what runs. No app's name contains an underscore. */
export function projectName(app: string, release: string, generation: number, mark: string): string {
  const counter = releaseCounter(release)
  if (counter === undefined) throw hop3Error('internal.release-id', `${visible(release)} is not a release id.`)
  return `hop3-${checkAppName(app)}_${counter}_${generation}_${mark}`
}

/** The network all releases of an app share with its data services. */
export const networkName = (app: string, mark: string): string => `hop3-${checkAppName(app)}_${mark}`

/** The project of the services an app brings: a deploy never recreates it. */
export const dataProject = (app: string, mark: string): string => `hop3-${checkAppName(app)}_data_${mark}`

/** `web-2`: an ordinal is a service of its own, so that it has variables and a port of its own. */
export const serviceName = (worker: string, ordinal: number): string => `${worker}-${ordinal}`

export const label = {
  home: 'hop3.home',
  app: 'hop3.app',
  worker: 'hop3.worker',
  ordinal: 'hop3.ordinal',
  release: 'hop3.release',
  generation: 'hop3.generation',
  /** Of a container that runs one command: who started it. */
  owner: 'hop3.owner',
  /** Of a service the app brings: its name. */
  service: 'hop3.service',
} as const
