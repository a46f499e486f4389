/** A deploy of what serves already: nothing to build, and mostly nothing to do. */
import { checkStartable } from './check-startable.ts'
import { converge, digestOfEnv } from './converge.ts'
import { deployConfigOf } from './deploy-config.ts'
import { deployResult, unchangedResult, type DeployResult } from './deploy-result.ts'
import type { Deltas } from './deployer.ts'
import { madeFrom, type Source } from './made-from.ts'
import { seeServed } from './see-served.ts'
import type { Operation } from './operation.ts'
import { changedScale } from './scale.ts'
import { targetFor, type Target } from './target.ts'

/**
 * Undefined when the current release was made from something else, or is gone. Otherwise makes sure that it serves, with the operator's env and scale
 * of now, and says whether anything had to be done. Builds nothing; starts no process when nothing has to be done.
 */
export async function redeployUnchanged(operation: Operation, source: Source, deltas?: Deltas): Promise<DeployResult | undefined> {
  const { appHome, state, record } = operation
  const current = await appHome.current()
  if (current === undefined) return undefined
  const artifact = await madeFrom(source, current, operation)
  if (artifact === undefined) return undefined
  checkStartable(artifact)

  const isEnvSame = state.envDigest === (await digestOfEnv(await appHome.readEnv()))
  const target: Target = {
    ...(await targetFor(operation, current, state)),
    generation: isEnvSame ? state.generation : await appHome.nextGeneration(),
    scale: changedScale(artifact.runtime.workers, deployConfigOf(artifact).scale, state.scale, deltas),
  }
  if (isEnvSame && isProxySame(operation)) {
    const { isServed, url } = await seeServed(operation, target)
    if (isServed) return unchangedResult(appHome.appName, current, url, state)
  }
  await record('begin')
  return deployResult(appHome.appName, current, await converge(operation, target))
}

function isProxySame({ host, state }: Operation): boolean {
  return host.proxy === undefined || host.proxy === 'auto' || state.proxy === null || state.proxy === host.proxy
}
