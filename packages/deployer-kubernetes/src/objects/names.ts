/** What everything of an app is called on the cluster, and the labels by which it is found again. Pure. */
import { createHash } from 'node:crypto'
import { checkAppName, checkWorkerName } from '@hop3/core'

/** One cluster may serve several homes, each with an app of the same name: only one of them at a time. */
export function homeMark(home: string): string {
  return digest(home, 12)
}

/** The app's own namespace, where none is given. */
export const ownNamespace = (app: string): string => shortened(`hop3-${checkAppName(app)}`, 63)

/** A Service's name is a host name: the app's own. */
export const serviceName = (app: string): string => checkAppName(app)

/** Pods get eleven to seventeen characters behind it, and a CronJob's name has at most 52. */
const longestName = 46

/**
 * `shop-web`. What is no host name, is too long, or could be read as another app's gets a digest of both names: `shop-Big-Worker` is
 * `shop-big-worker-1f3a9c2e`, whatever else there is.
 */
export function workerName(app: string, worker: string): string {
  const plain = `${checkAppName(app)}-${checkWorkerName(worker)}`
  const isPlain = /^[a-z][a-z0-9]*$/.test(worker) && !/^[a-f0-9]{8}$/.test(worker) && plain.length <= longestName
  return isPlain ? plain : marked(plain, `${app}\0${worker}`, longestName)
}

/**
 * Of `$HOP3_DATA`: `shop-data`. A claim that is called otherwise one day is lost to its app, so that what gets a mark is the rarer of two that
 * would meet: here that of an app `shop-data`, which `[[volumes]] name = "data"` of `shop` would be, too.
 */
export function dataClaimName(app: string): string {
  const name = workerName(app, 'data')
  return name.endsWith('-data-data') ? marked(name, `${app}\0data\0place`, longestName) : name
}

/** `shop-data-uploads`, alike. Here it is `data` of a name so long that nothing is left of it but its mark, which `$HOP3_DATA` has, too. */
export function claimName(app: string, volume: string): string {
  const plain = `${app}-data-${volume}`
  const isPlain = /^[a-z][a-z0-9]*$/.test(volume) && !/^[a-f0-9]{8}$/.test(volume) && plain.length <= longestName
  const name = isPlain ? plain : marked(plain, `${app}\0${volume}`, longestName)
  return name === dataClaimName(app) ? marked(plain, `${app}\0data\0volume`, longestName) : name
}

/**
 * Of variables or of credentials: `shop-env-` and a digest. `content`: a salted digest of what is in it. The app is in what is digested, because
 * apps of one namespace may have the same variables, and names that begin alike.
 */
export const secretName = (app: string, kind: 'env' | 'pull', content: string): string =>
  `${beginning(app)}-${kind}-${digest(`${app}\0${content}`, 16)}`

/** Of the Job of one command: `shop-exec-` and a mark that is this command's alone. */
export const commandName = (app: string, mark: string): string => `${beginning(app)}-exec-${mark}`

/** Of a name that goes on with what tells it from all others. */
const beginning = (app: string): string => checkAppName(app).slice(0, 40).replace(/-+$/, '')

function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : marked(text, text, longest)
}

function marked(text: string, whole: string, longest: number): string {
  const readable = text
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .slice(0, longest - 9)
    .replace(/-+$/, '')
  return `${readable}-${digest(whole, 8)}`
}

export function digest(text: string, length: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, length)
}

export const label = {
  app: 'app.kubernetes.io/name',
  worker: 'app.kubernetes.io/component',
  release: 'app.kubernetes.io/version',
  managedBy: 'app.kubernetes.io/managed-by',
  instance: 'app.kubernetes.io/instance',
  partOf: 'app.kubernetes.io/part-of',
  home: 'hop3/home',
  generation: 'hop3/generation',
  /** Of pods whose volumes are for one node at a time: `one-node`. */
  volumes: 'hop3/volumes',
  /** Of what says whose the app is: `home`. */
  claim: 'hop3/claim',
  /** Of what runs one command: `exec`. */
  oneOff: 'hop3/one-off',
} as const

export const annotation = {
  /** Of what runs one command: the process that started it. */
  starter: 'hop3/starter',
} as const

export interface Owner {
  readonly app: string
  readonly mark: string
}

/** What everything of an app has, and nothing of anybody else's. */
export function ownLabels({ app, mark }: Owner): Readonly<Record<string, string>> {
  return {
    [label.app]: app,
    [label.instance]: app,
    [label.partOf]: app,
    [label.managedBy]: 'hop3',
    [label.home]: mark,
  }
}

/** Finds it again. */
export function ownSelector({ app, mark }: { readonly app?: string; readonly mark?: string }): string {
  return [
    `${label.managedBy}=hop3`,
    ...(app === undefined ? [] : [`${label.app}=${app}`]),
    ...(mark === undefined ? [] : [`${label.home}=${mark}`]),
  ].join(',')
}
