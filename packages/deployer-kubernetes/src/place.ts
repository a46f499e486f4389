/** Where an app is: the context and the namespace of its last deploy, which the commands after it go to. */
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, visible, writeFileAtomic, type DeploymentContext } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { isObject } from '@hop3/core/json'
import { readKept } from './kept-file.ts'
import { kubernetesOptions } from './kubernetes-options.ts'
import { ownNamespace } from './objects/names.ts'

export interface Place {
  readonly context: string
  readonly server: string
  readonly namespace: string
  readonly isOwnNamespace: boolean
  /** It was stopped there, and may go elsewhere: no worker runs, and nothing but a deploy starts one. Volumes may be there. */
  readonly isEmpty?: boolean
  /** The port of a NodePort Service that requests are led to since the last switch. */
  readonly nodePort?: number
  /** Commands were begun since, and what they need has not been taken away again: one may run, or was killed. */
  readonly hasCommands?: boolean
}

export const mayRun = ({ isEmpty }: Place): boolean => isEmpty !== true

type Asking = Pick<DeploymentContext, 'appName' | 'config' | 'directories' | 'env'>

export const rootOf = ({ appName, directories }: Pick<DeploymentContext, 'appName' | 'directories'>): string =>
  join(directories.home, 'kubernetes', appName)

export const placeFile = (context: Pick<DeploymentContext, 'appName' | 'directories'>): string => join(rootOf(context), 'place.json')

/** `--context` and `--namespace`, as the command hands them on. */
export const asked = { context: 'HOP3_KUBE_CONTEXT', namespace: 'HOP3_KUBE_NAMESPACE' } as const

/** What kubeconfig is asked for in a deploy. */
export function wishOf({ env, config }: Asking, known: Place | undefined): { readonly context?: string; readonly pinned?: string } {
  const { context: pinned } = kubernetesOptions(config)
  const context = env[asked.context] ?? (pinned === undefined && known?.isEmpty !== true ? known?.context : undefined)
  return { ...(context === undefined ? {} : { context }), ...(pinned === undefined ? {} : { pinned }) }
}

/**
 * `--namespace`, else that of hop3.toml, else where it is or was stopped (`known`), else that of the context, else one of the app's own. A
 * context that names `default` names none: some tools write it into every one. Who names the namespace of its own that the app has already
 * makes it nobody else's.
 */
export function namespaceOf(
  { env, config, appName }: Asking,
  known: Place | undefined,
  ofContext?: string,
): Pick<Place, 'namespace' | 'isOwnNamespace'> {
  const said = env[asked.namespace] ?? kubernetesOptions(config).namespace
  if (known !== undefined && (said === undefined || said === known.namespace)) return known
  const given = said ?? (ofContext === 'default' ? undefined : ofContext)
  return given === undefined ? { namespace: ownNamespace(appName), isOwnNamespace: true } : { namespace: given, isOwnNamespace: false }
}

/** Undefined where the app was never on a cluster. Throws `deploy.kubernetes.damaged`. */
export async function readPlace(context: Pick<DeploymentContext, 'appName' | 'directories'>): Promise<Place | undefined> {
  const { appName } = context
  const hint = `It says where ${appName} is: {"context", "server", "namespace", "isOwnNamespace"}. Write it anew; or remove it, if ${appName} is on no cluster.`
  return readKept(placeFile(context), placeOf, hint)
}

/** Names of the apps of a home that are or were on a cluster. */
export async function appsWithPlace({ home }: DeploymentContext['directories']): Promise<readonly string[]> {
  const entries = await orElse(readdir(join(home, 'kubernetes'), { withFileTypes: true }), [])
  return entries.filter((one) => one.isDirectory()).map(({ name }) => name)
}

function placeOf(value: unknown): Place | undefined {
  if (!isObject(value)) return undefined
  const { context, server, namespace, isOwnNamespace, nodePort, isEmpty, hasCommands } = value
  if (typeof context !== 'string' || typeof server !== 'string' || typeof namespace !== 'string') return undefined
  const rest = {
    ...(typeof nodePort === 'number' && { nodePort }),
    ...(isEmpty === true && { isEmpty }),
    ...(hasCommands === true && { hasCommands }),
  }
  return { context, server, namespace, isOwnNamespace: isOwnNamespace === true, ...rest }
}

export async function keepPlace(context: Pick<DeploymentContext, 'appName' | 'directories'>, place: Place): Promise<void> {
  await mkdir(rootOf(context), { recursive: true, mode: 0o700 })
  await writeFileAtomic(placeFile(context), `${JSON.stringify(place, undefined, 2)}\n`, { mode: 0o600 })
}

export async function forgetPlace(context: Pick<DeploymentContext, 'appName' | 'directories'>): Promise<void> {
  await rm(rootOf(context), { recursive: true, force: true })
}

const isElsewhere = (known: Place, place: Place): boolean => known.server !== place.server || known.namespace !== place.namespace

/** An app is in one place at a time: what runs in the other would be nobody's. */
export function checkSamePlace({ appName, log }: Asking & Pick<DeploymentContext, 'log'>, known: Place, place: Place): void {
  if (!isElsewhere(known, place)) return
  if (known.isEmpty === true) {
    log.warn(`Volumes ${appName} has in the namespace ${known.namespace} of ${known.server} stay there.`)
    return
  }
  throw hop3Error(
    'deploy.kubernetes.elsewhere',
    `${appName} runs in the namespace ${visible(known.namespace)} of ${known.server} (context ${visible(known.context)}), and was asked for in ${visible(place.namespace)} of ${place.server}.`,
    { hint: `Take it away there first: hop3 stop ${appName}. Then deploy again.`, details: { known, place } },
  )
}
