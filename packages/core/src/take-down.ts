/** Ends all that runs of an app, however damaged its releases are. */
import type { BuildArtifact } from './artifact.ts'
import { deploymentContext, proxyContext } from './contexts.ts'
import type { Converging } from './converge.ts'
import { hop3Error } from './errors.ts'
import { freeze } from './freeze.ts'
import { appPort } from './instance-ports.ts'
import type { Target } from './target.ts'

/** Takes the app's name from the proxy, then stops every instance of it. Releases and data stay. */
export async function finishStop(converging: Converging): Promise<void> {
  const { appHome, state } = converging
  await forget(converging)
  await stopUnder(converging, state.deployer === null ? [] : [state.deployer])
  await appHome.keepPorts([appPort])
  await appHome.writeState({ ...state, stopped: true, proxy: null })
  await converging.record('end')
}

/** Stops the app and removes its home. */
export async function finishDestroy(converging: Converging): Promise<void> {
  // The journal goes with the home: its removal is the end of the operation.
  await finishStop({ ...converging, record: async () => {} })
  await converging.appHome.destroy()
}

/** Takes the app's name from the proxy that has it. Throws `plugin.missing` when that proxy is no longer installed. */
export async function forget({ appHome, host, state }: Pick<Converging, 'appHome' | 'host' | 'state'>): Promise<void> {
  if (state.proxy === null) return
  const factory = (await host.registry.proxies()).find((one) => one.name === state.proxy)
  if (factory === undefined) throw missing('proxy', state.proxy, appHome.appName)
  await factory.create(proxyContext(host)).remove(appHome.appName)
}

/** Stops every instance of the app under the named deployers. Throws `plugin.missing` when one of them is no longer installed. */
export async function stopUnder(converging: Pick<Converging, 'appHome' | 'host'>, names: Iterable<string>): Promise<void> {
  const factories = await converging.host.registry.deployers()
  const context = await deploymentContext(converging, nothing)
  for (const name of new Set(names)) {
    const factory = factories.find((one) => one.name === name)
    if (factory === undefined) throw missing('deployer', name, converging.appHome.appName)
    await factory.create(context, nothing.artifact).stop()
  }
}

/** What `Deployer.stop` is created with: it needs the app's name and directories only, so that a damaged release can be stopped. */
const noArtifact: BuildArtifact = freeze({
  kind: 'none',
  location: 'none',
  runtime: {
    envVars: {},
    pathPrepend: [],
    workingDir: '',
    workers: {},
    beforeRun: [],
    staticPaths: {},
    healthcheckPath: '',
    healthcheckTimeout: 30,
  },
  builder: 'none',
  appName: '',
  builtAt: '',
  buildId: '',
  metadata: {},
})

const nothing: Target = freeze({
  release: { id: '', path: '' },
  artifact: noArtifact,
  generation: 0,
  scale: {},
  isNew: false,
  otherDeployers: [],
})

function missing(role: 'proxy' | 'deployer', name: string, app: string): Error {
  return hop3Error('plugin.missing', `${app} is served by the ${role} ${name}, which is no longer installed.`, {
    hint: `Install the package that offers it again; \`hop3 plugins\` lists what was found.`,
    details: { role, name },
  })
}
