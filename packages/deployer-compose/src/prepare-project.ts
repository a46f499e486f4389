/** Writes the document of a project: everything is decided and checked before the first file is written. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, writeFileAtomic, writeNewFile, type BuildArtifact, type DeploymentContext } from '@hop3/core'
import { workerArgv } from './command-argv.ts'
import { composeOptions, type ComposeOptions } from './compose-options.ts'
import { formatDocument } from './document.ts'
import { containerEnvironment, dataPath } from './environment.ts'
import type { Engine } from './engine.ts'
import type { Image } from './image.ts'
import { layoutOf, projectFile } from './layout.ts'
import { homeMark } from './names.ts'
import { prepareMounts } from './prepare-mounts.ts'
import { composeDocument, type Mount, type ServiceInput } from './service.ts'
import type { WantedInstance } from './wanted-instances.ts'

export interface PreparedProject {
  readonly name: string
  readonly directory: string
  /** Ports of the host by service. */
  readonly ports: ReadonlyMap<string, number>
}

export interface Preparation {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly engine: Engine
  readonly image: Image
  readonly network: string
}

/** All wanted instances are in the document: those that run already are left alone by Compose. */
export async function prepareProject(
  preparation: Preparation,
  wanted: readonly WantedInstance[],
  project: string,
): Promise<PreparedProject> {
  const { context, engine, image } = preparation
  const inputs: ServiceInput[] = []
  for (const one of wanted) inputs.push(await serviceInput(preparation, one))
  const directory = join(layoutOf(context.directories.home, context.appName).projects, project)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await prepareMounts(
    context,
    engine,
    image,
    inputs.flatMap(({ mounts }) => mounts.map(({ source }) => source)),
  )
  await writeSecrets(context, directory, inputs)
  await writeFileAtomic(join(directory, projectFile.document), formatDocument(composeDocument(inputs, preparation.network)), {
    mode: 0o600,
  })
  const ports = new Map(inputs.flatMap(({ wanted: { service }, port }) => (port === undefined ? [] : [[service, port.host] as const])))
  return { name: project, directory, ports }
}

export async function serviceInput(
  { context, artifact, image }: Omit<Preparation, 'network' | 'engine'>,
  wanted: WantedInstance,
): Promise<ServiceInput> {
  const { worker, ordinal, kind } = wanted
  const options = composeOptions(context.config, worker)
  const port = kind === 'web' ? { host: await context.reservePort(`${worker}.${ordinal}`), container: image.port } : undefined
  const secrets = givenSecrets(context, options.secrets)
  return {
    wanted,
    mark: homeMark(context.directories.home),
    image: image.id,
    argv: workerArgv(artifact, worker, kind),
    workingDir: artifact.runtime.workingDir,
    environment: containerEnvironment({
      context,
      artifact,
      worker,
      path: image.path,
      secrets,
      ...(port === undefined ? {} : { port: port.container }),
    }),
    port,
    mounts: mountsOf(context, options.volumes),
    limits: limitsOf(options),
    secrets,
    stopTimeout: context.config.stopTimeout,
    logSize: options.logSize,
  }
}

export function limitsOf({ memory, cpus }: ComposeOptions): ServiceInput['limits'] {
  return { ...(memory === undefined ? {} : { memory }), ...(cpus === undefined ? {} : { cpus }) }
}

/** Where data is on the host, and where in every container. */
export function mountsOf(
  { directories }: Pick<DeploymentContext, 'directories'>,
  volumes: Readonly<Record<string, string>>,
): readonly Mount[] {
  return [
    { source: directories.data, target: dataPath },
    ...Object.entries(volumes).map(([name, target]) => ({ source: join(directories.volumes, name), target })),
  ]
}

/** Throws `deploy.compose.secret-missing`. */
export function givenSecrets(
  { appName, appEnv }: Pick<DeploymentContext, 'appName' | 'appEnv'>,
  names: readonly string[],
): readonly string[] {
  const missing = names.find((name) => !Object.hasOwn(appEnv, name))
  if (missing === undefined) return names
  throw hop3Error(
    'deploy.compose.secret-missing',
    `Cannot start ${appName}: its secret ${missing} ([deploy.compose] secrets) has no value.`,
    {
      hint: `Set it: hop3 env set ${appName} ${missing}=…`,
      details: { name: missing },
    },
  )
}

/** Compose mounts them as they are: the directory around them is 0700, and an image's own user has to read them. */
export async function writeSecrets(
  { appEnv }: DeploymentContext,
  directory: string,
  inputs: readonly Pick<ServiceInput, 'secrets'>[],
): Promise<void> {
  const names = [...new Set(inputs.flatMap(({ secrets }) => secrets))]
  const path = join(directory, projectFile.secrets)
  if (names.length === 0) return
  await mkdir(path, { recursive: true, mode: 0o700 })
  for (const name of names) {
    await rm(join(path, name), { force: true })
    await writeNewFile(join(path, name), appEnv[name] ?? '', { mode: 0o444 })
  }
}
