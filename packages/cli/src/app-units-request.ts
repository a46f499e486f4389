import { deployConfigOf, hop3Error, type AppHome, type BuildArtifact, type Host } from '@hop3/core'
import type { UnitsRequest, UwsgiProgram } from '@hop3/systemd'

/** What units are made of, of the current release of an app. */
export interface ReleasedApp {
  readonly artifact: BuildArtifact
  readonly context: UnitsRequest['context']
  /** What the operator set: secrets. */
  readonly appEnv: Readonly<Record<string, string>>
}

/** Throws `deploy.not-deployed`. */
export async function releasedApp(home: AppHome, host: Host): Promise<ReleasedApp> {
  const { appName, directories } = home
  const id = await home.current()
  if (id === undefined)
    throw hop3Error('deploy.not-deployed', `${appName} has not been deployed on this host.`, {
      hint: `Deploy it first: \`hop3 deploy --app ${appName}\`.`,
    })
  const [artifact, state, appEnv] = await Promise.all([home.artifact(id), home.readState(), home.readEnv()])
  // HOME and USER are systemd's to say, of the user it starts the workers as.
  const { HOME: _home, USER: _user, ...baseEnv } = host.baseEnv
  const config = deployConfigOf(artifact)
  const context = {
    appName,
    config,
    release: { id, path: home.releasePath(id) },
    scale: { ...config.scale, ...state.scale },
    directories: { ...directories, home: host.home.path },
    appEnv,
    baseEnv,
  }
  return { artifact, context, appEnv }
}

/** Of the app's Python, where a worker needs one. */
export async function uwsgiFor({ artifact, context }: ReleasedApp, host: Host): Promise<{ readonly uwsgi?: UwsgiProgram }> {
  const { workers } = artifact.runtime
  if (workers['wsgi'] === undefined || workers['web'] !== undefined) return {}
  const { nativeProgram } = await import('@hop3/deployer-uwsgi/program')
  const { run, toolEnv: env, baseEnv, clock, log, signal } = host
  return { uwsgi: await nativeProgram({ ...context, run, env, baseEnv, clock, log, signal }, artifact) }
}
