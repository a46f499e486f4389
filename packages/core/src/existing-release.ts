/** Releases that are there already, for rollback and run. */
import { access } from 'node:fs/promises'
import type { BuildArtifact } from './artifact.ts'
import { hop3Error } from './errors.ts'
import type { AppHome } from './home.ts'
import { isObject } from './json.ts'
import { visible } from './names.ts'

/** The release a rollback leads to: the named one (a prefix will do), else the previous. Throws `deploy.rollback-nothing` or `usage.release-unknown`. */
export async function rollbackRelease(appHome: AppHome, named: string | undefined): Promise<string> {
  const committed = (await appHome.releases()).filter((one) => one.committed)
  const known = committed.map((one) => one.id).join(', ') || 'none'
  if (named === undefined) {
    const previous = await appHome.previous()
    if (previous !== undefined) return previous
    throw hop3Error('deploy.rollback-nothing', `There is nothing to roll ${appHome.appName} back to: it has no previous release.`, {
      hint: `Its releases are: ${known}. A second deploy makes the first one the previous.`,
    })
  }
  const found = committed.filter((one) => one.id === named || (named !== '' && one.id.startsWith(named)))
  if (found.length === 1 && found[0] !== undefined) return found[0].id
  throw hop3Error(
    'usage.release-unknown',
    `${appHome.appName} has ${found.length === 0 ? 'no' : 'more than one'} release ${visible(named)}.`,
    {
      hint: `Its releases are: ${known}.`,
    },
  )
}

/** Refuses an artifact this host cannot run. Throws `artifact.foreign` or `artifact.damaged`. */
export async function checkRunnable(artifact: BuildArtifact): Promise<void> {
  const platform = artifact.metadata['platform']
  const { os, arch } = isObject(platform) ? platform : {}
  if ((os !== undefined && os !== process.platform) || (arch !== undefined && arch !== process.arch)) {
    throw hop3Error(
      'artifact.foreign',
      `The release was built for ${String(os)} ${String(arch)}; this host is ${process.platform} ${process.arch}.`,
      {
        hint: 'Deploy from source on this host: `hop3 deploy`.',
        details: { os, arch },
      },
    )
  }
  if (!artifact.location.startsWith('/')) return
  try {
    await access(artifact.location)
  } catch (cause) {
    throw hop3Error('artifact.damaged', `The artifact lies in ${artifact.location}, which is not there.`, {
      hint: 'Copy what was built to that path, or deploy from source: `hop3 deploy`.',
      cause,
    })
  }
}
