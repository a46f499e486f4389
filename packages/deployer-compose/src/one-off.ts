/** Containers that run one command: known by who started them, so that a killed command's are found and a running one's left alone. */
import type { Container } from './containers.ts'
import { identifySelf, livenessOf, parseIdentity } from '@hop3/core/processes'
import { parseJson } from '@hop3/core/json'

export async function ownerLabel(): Promise<string> {
  return JSON.stringify(await identifySelf())
}

/** Those whose starter has ended. */
export async function endedOneOffs(containers: readonly Container[]): Promise<readonly Container[]> {
  const self = await identifySelf()
  const found = await Promise.all(
    containers.map(async (one) => {
      const owner = one.owner === undefined ? undefined : parseIdentity(parseJson(one.owner))
      return owner !== undefined && (await livenessOf(owner, self)) === 'dead' ? [one] : []
    }),
  )
  return found.flat()
}
