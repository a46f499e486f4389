import { buildContext, selectBuilder, type App, type Builder, type Host, type Selection } from '@hop3/core'

/**
 * Which builder takes the app, where nothing is going to be built: the release it would build into is not made. `look`: see `BuildContext`.
 * Throws `select.builder.*`.
 */
export async function builderSelection(app: App, host: Host, look: object): Promise<Selection<Builder>> {
  const appHome = host.home.app(app.name)
  const slot = await appHome.nextRelease(host.newBuildId())
  return selectBuilder(host.registry, await buildContext(app, slot, { appHome, host }, 'select', look))
}
