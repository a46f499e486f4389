/** Claims of volumes as they can be asked for: no cluster makes one smaller, whichever release wants it. */
import type { DeploymentContext } from '@hop3/core'
import type { Cluster } from './client/cluster.ts'
import { tableIn, textIn, type Table } from './json-table.ts'
import type { AppInput } from './objects/app-input.ts'
import { kinds, type KubernetesObject } from './objects/kinds.ts'
import { ownSelector } from './objects/names.ts'
import { largerQuantity } from './objects/quantity.ts'
import { listSelected, nameOf } from './own-objects.ts'

export type Claims = () => Promise<readonly Table[]>

/** Those of the app, whoever's they are: asked for where somebody wants to know, and once. */
export function claimsOf(cluster: Cluster, { owner: { app }, namespace }: Pick<AppInput, 'owner' | 'namespace'>): Claims {
  let listed: ReturnType<Claims> | undefined
  return () => (listed ??= listSelected(cluster, kinds.claim, { app, namespace, selector: ownSelector({ app }) }))
}

/** With at least the size each claim has by now. Says which one stays larger than the release has it. */
export async function keepingSizes(
  { log }: Pick<DeploymentContext, 'log'>,
  claims: Claims,
  objects: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
  if (!objects.some(isClaim)) return objects
  const sizes = new Map((await claims()).map((one) => [nameOf(one), sizeOf(one)]))
  return objects.map((object) => {
    if (!isClaim(object)) return object
    const [wanted, live] = [sizeOf(object), sizes.get(object.metadata.name) ?? '']
    const size = largerQuantity(wanted, live)
    if (size === wanted) return object
    log.info(`The volume ${object.metadata.name} stays at ${size}, and is not made ${wanted}: a volume does not shrink.`)
    return { ...object, spec: { ...tableIn(object, 'spec'), resources: { requests: { storage: size } } } }
  })
}

const isClaim = ({ kind }: KubernetesObject): boolean => kind === kinds.claim.kind

const sizeOf = (claim: Table): string => textIn(tableIn(tableIn(tableIn(claim, 'spec'), 'resources'), 'requests'), 'storage')
