import type { BuildContext, BuildPlan } from '@hop3/core'
import { knownVersions } from '../tool-versions.ts'
import { choiceOf } from './from-npm.ts'
import { findHostTool, fitOf, plainVersion } from './host-tool.ts'
import { keptTool } from './tool-home.ts'
import { wantedVersions } from './wanted-versions.ts'

/**
 * Which programs make the plan's versions true, for a build's fingerprint. Starts none of them: a host's tool that is not known to fit is as
 * good as one that does not, and then what is kept in the Hop3 home counts.
 */
export async function versionFacts(
  { env, cachePath, toolsPath }: Pick<BuildContext, 'env' | 'cachePath' | 'toolsPath'>,
  plan: BuildPlan,
  directory: string,
): Promise<readonly string[]> {
  const known = await knownVersions(cachePath)
  return Promise.all(
    wantedVersions(plan).map(async (wanted) => {
      const host = findHostTool(wanted, env, directory)
      const fits = host !== undefined && fitOf(plainVersion(known[host.identity]), wanted) !== 'no'
      const kept = fits ? undefined : await keptTool(toolsPath, wanted.name, wanted.range, choiceOf(wanted.name))
      return [wanted.name, host?.identity ?? '', kept?.directory ?? ''].join(' ')
    }),
  )
}
