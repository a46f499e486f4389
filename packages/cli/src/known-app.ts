import { hop3Error, visible, type AppHome, type Host } from '@hop3/core'
import { didYouMean } from './did-you-mean.ts'
import type { Invocation } from './invocation.ts'

/**
 * The home of the app a command is about: the one named, else `--app`, else the app of the current directory. Its variables are masked in
 * everything shown from here on. Throws `usage.unknown-app` naming the nearest app there is.
 */
export async function knownApp(invocation: Invocation, host: Host, named: string | undefined): Promise<AppHome> {
  const name = named ?? invocation.options.text('app') ?? (await appOfCurrentDirectory(invocation))
  const home = host.home.app(name)
  if (!(await home.exists())) throw await unknownApp(host, name)
  // Reading them is what makes the output mask them.
  await home.readEnv()
  return home
}

async function appOfCurrentDirectory(invocation: Invocation): Promise<string> {
  const { appNameInDirectory } = await import('./app-source.ts')
  return appNameInDirectory(invocation)
}

async function unknownApp(host: Host, name: string): Promise<Error> {
  const apps = await host.home.apps()
  const meant = didYouMean(name, apps)
  const list =
    apps.length === 0 ? 'There are none yet: `hop3 deploy` makes one.' : `There ${apps.length === 1 ? 'is' : 'are'} ${apps.join(', ')}.`
  return hop3Error('usage.unknown-app', `There is no app ${visible(name)} here.`, {
    hint: `${meant === undefined ? '' : `Did you mean ${meant}? `}${list}`,
    details: { app: visible(name) },
  })
}
