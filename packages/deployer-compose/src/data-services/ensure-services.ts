/**
 * Keeps the services running that the app brings: databases, caches. They are made once, in a project that no deploy recreates, and end with
 * `stop`; their volumes go with the app.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { hop3Error, printable, writeFileAtomic, type DeploymentContext } from '@hop3/core'
import { composeOptions } from '../compose-options.ts'
import { composeUp, findCompose } from '../compose-program.ts'
import { lastLines } from '../container-logs.ts'
import { inspectContainer, objectOf } from '../containers.ts'
import { formatDocument } from '../document.ts'
import { expectStatus, type Engine } from '../engine.ts'
import { layoutOf, projectFile } from '../layout.ts'
import { dataProject, homeMark, label } from '../names.ts'
import { readComposeFile } from './compose-file.ts'
import { unusedKeys } from './own-services.ts'
import { checkPrivileges } from './privileges.ts'
import { ensureNetwork } from '../network.ts'
import { joinNetwork } from './service-network.ts'
import { servicesBeside } from './services-beside.ts'
import { environmentOf, renamed } from './variables.ts'

export interface ServiceContainer {
  readonly id: string
  readonly service: string
  readonly state: string
  /** For people: `Up 3 seconds (health: starting)`. */
  readonly status: string
  readonly definition: string
  /** Names of those it is in. */
  readonly networks: readonly string[]
}

/** What the file says of the app itself is not used; where `[deploy.compose] services` says what of the file is wanted, that is known. */
export function sayUnusedKeys({ config, appName, log }: DeploymentContext): void {
  const file = readComposeFile(config)
  if (file === undefined || composeOptions(config).services !== true) return
  for (const sentence of unusedKeys(file, appName)) log.warn(sentence)
}

/** Throws `config.compose-file`, `deploy.compose.privileged`, `deploy.compose.service`. */
export async function ensureServices(context: DeploymentContext, engine: Engine, network: string): Promise<void> {
  const found = servicesBeside(context)
  const names = Object.keys(found?.services ?? {})
  if (found === undefined || names.length === 0) return
  await checkPrivileges(context, found.privileges)
  const running = await listServices(engine, context)
  const definitions = new Map(names.map((name) => [name, digest(found.services[name])]))
  tellChanges(context, definitions, running)
  const once = new Set(names.filter((name) => found.once.includes(name)))
  const standing = running.filter(
    ({ service, state, status }) => state === 'running' || (once.has(service) && status.startsWith('Exited (0)')),
  )
  if (names.every((name) => standing.some(({ service }) => service === name))) {
    // A command that was killed did not wait for it.
    await Promise.all(standing.filter(isStarting).map((one) => untilReady(context, engine, one, once)))
    await joinNetwork(engine, network, standing)
    return
  }

  for (const note of found.notes) context.log.info(note)
  const mark = homeMark(context.directories.home)
  const { data } = layoutOf(context.directories.home, context.appName)
  await mkdir(data, { recursive: true, mode: 0o700 })
  const own = { [label.home]: mark, [label.app]: context.appName }
  const document = {
    services: Object.fromEntries(
      names.map((name) => [
        name,
        {
          ...objectOf(renamed(found.services[name])),
          networks: { app: { aliases: [name] } },
          labels: {
            ...objectOf(found.services[name]?.['labels']),
            ...own,
            [label.service]: name,
            [definitionLabel]: definitions.get(name),
          },
        },
      ]),
    ),
    // Of this host, whatever the target: a container starts again only where the network it was made for still is.
    networks: { app: { external: true, name: await ensureNetwork(engine, context) } },
    ...(found.volumes.length === 0 ? {} : { volumes: Object.fromEntries(found.volumes.map((name) => [name, { labels: own }])) }),
  }
  await writeFileAtomic(join(data, projectFile.document), formatDocument(document, { variables: 'kept' }), { mode: 0o600 })
  context.log.info(`Starting ${names.join(', ')} beside the app.`)
  const program = await findCompose(context, engine)
  const up = await composeUp(context, engine, program, {
    project: dataProject(context.appName, mark),
    directory: data,
    file: projectFile.document,
    services: names,
    variables: environmentOf(found.variables, context.appEnv),
    withDependencies: true,
  })
  if (up.exitCode !== 0) throw failed(context, names, `${up.stderr}\n${up.stdout}`)
  const made = (await listServices(engine, context)).filter(({ service }) => names.includes(service))
  await Promise.all(made.map((one) => untilReady(context, engine, one, once)))
  await joinNetwork(engine, network, made)
}

const definitionLabel = 'hop3.definition'

export async function listServices(
  engine: Engine,
  context: Pick<DeploymentContext, 'appName' | 'directories'>,
): Promise<readonly ServiceContainer[]> {
  const answer = await engine.ask('GET', `/containers/json?all=true&filters=${filters(context, label.service)}`)
  expectStatus(answer, [200], `Cannot list the services of ${context.appName}`)
  return (Array.isArray(answer.body) ? answer.body : []).map((one: unknown) => {
    const { Id, State, Status, Labels, NetworkSettings } = objectOf(one)
    const labels = objectOf(Labels)
    return {
      id: String(Id),
      service: String(labels[label.service]),
      state: String(State),
      status: String(Status),
      definition: String(labels[definitionLabel]),
      networks: Object.keys(objectOf(objectOf(NetworkSettings)['Networks'])),
    }
  })
}

export function filters({ appName, directories }: Pick<DeploymentContext, 'appName' | 'directories'>, ...more: readonly string[]): string {
  return encodeURIComponent(JSON.stringify({ label: [`${label.home}=${homeMark(directories.home)}`, `${label.app}=${appName}`, ...more] }))
}

const digest = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

function tellChanges({ log, appName }: DeploymentContext, wanted: ReadonlyMap<string, string>, running: readonly ServiceContainer[]): void {
  for (const { service, definition, id } of running) {
    const now = wanted.get(service)
    if (now === definition) continue
    const what =
      now === undefined
        ? 'is no longer in the compose file, and still runs'
        : 'is written otherwise now, and runs as it was: a deploy never recreates it'
    log.warn(
      `The service ${service} of ${appName} ${what}. To change that: docker rm -f ${id.slice(0, 12)}, then deploy again; its volumes stay.`,
    )
  }
}

/** Milliseconds a service has to become healthy by its own check, or to stay. */
const longestStart = 120_000
const settleTime = 500

const isStarting = ({ status }: ServiceContainer): boolean => status.includes('(health: starting)')

/** `once`: services that have done what they are for when they end well. */
async function untilReady(
  context: DeploymentContext,
  engine: Engine,
  { id, service }: ServiceContainer,
  once: ReadonlySet<string>,
): Promise<void> {
  const { clock, signal } = context
  const began = clock.monotonic()
  for (;;) {
    const seen = await inspectContainer(engine, id, signal)
    const past = clock.monotonic() - began
    if (once.has(service) && seen?.isRunning === false && seen.exitCode === 0) return
    const hasEnded = seen?.isRunning !== true || seen.restarts > 0
    if (hasEnded || past > longestStart || seen.health === 'unhealthy')
      throw failed(
        context,
        [service],
        `${hasEnded ? `it ended with exit code ${seen?.exitCode ?? '?'}` : 'it is not healthy'}\n${await lastLines(engine, id)}`,
      )
    if (seen.health === undefined ? past >= settleTime && !once.has(service) : seen.health === 'healthy') return
    await clock.sleep(100, signal)
  }
}

function failed({ appName }: DeploymentContext, names: readonly string[], said: string): Error {
  const lines = said.split('\n').filter((line) => line.trim() !== '')
  return hop3Error(
    'deploy.compose.service',
    `Cannot start ${names.join(', ')} beside ${appName}.\n${lines
      .slice(-12)
      .map((line) => `  ${printable(line)}`)
      .join('\n')}`,
    {
      hint: 'Mend what its last lines show: in the compose file, or the variables it takes (`hop3 env`).',
      details: { services: names },
    },
  )
}
