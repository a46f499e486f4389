/** What is done to an app under deployers known by name, however damaged its releases are. */
import type { DeployConfig } from './app-config.ts'
import type { BuildArtifact } from './artifact.ts'
import { deploymentContext } from './contexts.ts'
import type { Converging } from './converge.ts'
import { deployConfigOf } from './deploy-config.ts'
import type { Deployer, WorkerStatus } from './deployer.ts'
import { hop3Error } from './errors.ts'
import { freeze } from './freeze.ts'
import type { Target } from './target.ts'

/** Every instance of the app under the named deployers, of any release. Throws `plugin.missing` as `stopUnder` does. */
export async function statusUnder(
  converging: Pick<Converging, 'appHome' | 'host'>,
  names: Iterable<string>,
): Promise<readonly WorkerStatus[]> {
  const deployers = await deployersNamed(converging, names)
  return (await Promise.all(deployers.map((one) => one.status()))).flat()
}

/**
 * Stops every instance of the app under the named deployers, each within the stop timeout of what may run. Throws `plugin.missing` when one
 * of them is no longer installed.
 */
export async function stopUnder(converging: Pick<Converging, 'appHome' | 'host'>, names: Iterable<string>): Promise<void> {
  const timeouts = { metadata: { deploy: await stopTimeout(converging.appHome) } }
  const target = freeze({ ...nothing, artifact: { ...noArtifact, ...timeouts } })
  for (const deployer of await deployersNamed(converging, names, target)) await deployer.stop()
}

/** Removes what the named deployers keep of a destroyed app. */
export async function forgetUnder(converging: Pick<Converging, 'appHome' | 'host'>, names: Iterable<string>): Promise<void> {
  for (const deployer of await deployersNamed(converging, names)) await deployer.forget?.()
}

/** The named deployer of the app, for what needs no release. Throws `plugin.missing` as `stopUnder` does. */
export async function deployerUnder(converging: Pick<Converging, 'appHome' | 'host'>, name: string): Promise<Deployer | undefined> {
  return (await deployersNamed(converging, [name]))[0]
}

/** The longest that the current release, or one an operation led to that is not at its end, asks for. A damaged one asks for nothing. */
async function stopTimeout(appHome: Converging['appHome']): Promise<Partial<DeployConfig>> {
  const led = (await appHome.openRecords()).flatMap((one) => (one.step === 'start' && one.release !== undefined ? [one.release] : []))
  const current = await appHome.current()
  const ids = new Set(current === undefined ? led : [current, ...led])
  const read = async (id: string): Promise<readonly number[]> => [deployConfigOf(await appHome.artifact(id)).stopTimeout]
  const wanted = (await Promise.all([...ids].map((id) => read(id).catch(() => [])))).flat()
  return wanted.length === 0 ? {} : { stopTimeout: Math.max(...wanted) }
}

async function deployersNamed(
  converging: Pick<Converging, 'appHome' | 'host'>,
  names: Iterable<string>,
  target: Target = nothing,
): Promise<readonly Deployer[]> {
  const factories = await converging.host.registry.deployers()
  const context = await deploymentContext(converging, target)
  return [...new Set(names)].map((name) => {
    const factory = factories.find((one) => one.name === name)
    if (factory === undefined) throw missing('deployer', name, converging.appHome.appName)
    return factory.create(context, target.artifact)
  })
}

/**
 * What `Deployer.stop` and `status` are created with: they need the app's name and directories only, so that a damaged release can be
 * stopped; `stop` also the stop timeout.
 */
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

/** A strategy that is needed to take down what it made. */
export function missing(role: 'proxy' | 'deployer', name: string, app: string): Error {
  return hop3Error('plugin.missing', `${app} is served by the ${role} ${name}, which is no longer installed.`, {
    hint: `Install the package that offers it again; \`hop3 plugins\` lists what was found.`,
    details: { role, name },
  })
}
