import { sweepCommandSecrets } from './command-secrets.ts'
import type { Container } from './containers.ts'
import type { Engine } from './engine.ts'
import { endedOneOffs } from './one-off.ts'
import { removeContainers, type Stopping, type StopOptions } from './stop-containers.ts'

/** Removes these containers, and what commands have left that were killed: their containers, which are `among` those given, and their secrets. */
export async function removeWithLeftovers(
  context: Stopping,
  engine: Engine,
  containers: readonly Container[],
  { among, drain }: StopOptions & { readonly among: readonly Container[] },
): Promise<void> {
  await removeContainers(context, engine, [...containers, ...(await endedOneOffs(among))], { drain })
  await sweepCommandSecrets(context)
}
