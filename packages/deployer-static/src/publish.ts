/** Checks a site and notes it as published. Nothing is copied: the release's files are the site. */
import { hop3Error, targetScale, visible, type BuildArtifact, type Deltas, type DeploymentContext, type DeploymentInfo } from '@hop3/core'
import { resolve } from 'node:path'
import { checkSite } from './check-site.ts'
import { addPublished } from './published.ts'

/** See `Deployer.deploy`. Throws `deploy.static.*`, and `config.scale` where another number than one is asked for. */
export async function publish(context: DeploymentContext, artifact: BuildArtifact, deltas: Deltas = {}): Promise<DeploymentInfo> {
  checkScale(context, artifact, deltas)
  const directory = siteDirectory(artifact)
  const { files, excluded, hasIndex } = await checkSite(directory, context.signal)
  if (excluded.length > 0) {
    const some = excluded.slice(0, 5).map(visible).join(', ')
    context.log.info(`not published: ${some}${excluded.length > 5 ? ` and ${excluded.length - 5} more` : ''}`, {
      excluded: excluded.slice(0, 100),
    })
  }
  if (!hasIndex) context.log.warn(`${directory} has no index.html: the site answers / with 404`)
  await addPublished(context, directory)
  context.log.info(`${files} ${files === 1 ? 'file' : 'files'} published from ${directory}`, { files })
  return { protocol: 'static', address: directory, port: null, upstreams: [{ address: directory, port: null }] }
}

/** The `static` worker names it, against the directory workers start in; a site without one is its whole location. */
function siteDirectory({ location, runtime }: BuildArtifact): string {
  return resolve(runtime.workingDir || location, runtime.workers['static'] || location)
}

function checkScale(context: DeploymentContext, { runtime, location }: BuildArtifact, deltas: Deltas): void {
  const workers = 'static' in runtime.workers ? runtime.workers : { ...runtime.workers, static: location }
  const wanted = targetScale(workers, context.scale, deltas)['static'] ?? 1
  if (wanted === 1) return
  throw hop3Error(
    'config.scale',
    `Cannot run ${wanted} instances of static: a site's files are served by the proxy, so there is always exactly one.`,
    {
      hint:
        wanted === 0
          ? `To take the site down: hop3 stop ${context.appName}`
          : `Take static out of the scale: hop3 scale ${context.appName} --to static=1`,
      details: { worker: 'static', count: wanted },
    },
  )
}
