import type { Converging } from './converge.ts'
import { hop3Error } from './errors.ts'
import { targetFor, type Target } from './target.ts'

/** The current release with the wanted generation and scale. Throws as `currentRelease`, and `artifact.*`. */
export async function currentTarget(converging: Pick<Converging, 'appHome' | 'state'>, options: CurrentOptions = {}): Promise<Target> {
  return targetFor(converging, await currentRelease(converging, options), converging.state)
}

interface CurrentOptions {
  readonly evenStopped?: boolean
}

/** Throws `deploy.not-deployed`, and `deploy.stopped` unless `evenStopped`. */
export async function currentRelease(
  { appHome, state }: Pick<Converging, 'appHome' | 'state'>,
  { evenStopped = false }: CurrentOptions = {},
): Promise<string> {
  const current = await appHome.current()
  if (current === undefined) {
    throw hop3Error('deploy.not-deployed', `${appHome.appName} has not been deployed on this host.`, {
      hint: `Deploy it first: \`hop3 deploy --app ${appHome.appName}\`. \`hop3 ps\` lists what is there.`,
    })
  }
  if (state.stopped && !evenStopped) {
    throw hop3Error('deploy.stopped', `${appHome.appName} is stopped.`, { hint: `Start it first: \`hop3 start ${appHome.appName}\`.` })
  }
  return current
}
