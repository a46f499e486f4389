/** Which services of the app's compose file run beside it, and as what: pure. Those that are built are the app itself, or another one. */
import { nearestName, printable, type Hop3Error } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import { fault, type ComposeFile } from './compose-file.ts'
import { collectFaults, type Faults } from './faults.ts'
import { checkVolumes } from './kept-volumes.ts'
import type { Privilege } from './privileges.ts'
import { serviceEnvironment } from './service-environment.ts'
import { serviceVolumes } from './service-volumes.ts'
import { checkVariables, type AppVariables } from './variables.ts'

export interface DataServices {
  /** By name, as Compose is to have them, without what is ours to say. */
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Names of volumes, as the file has them. */
  readonly volumes: readonly string[]
  /** What reaches beyond a container. Empty: nothing does. */
  readonly privileges: readonly Privilege[]
  /** Names of those that do something and end: `restart: "no"`. */
  readonly once: readonly string[]
  /** Sentences for the operator. */
  readonly notes: readonly string[]
  /** Variables Compose is to put in. */
  readonly variables: readonly string[]
}

/** Taken as they are. */
const taken = [
  'image', 'command', 'entrypoint', 'environment', 'healthcheck', 'init', 'user', 'working_dir', 'stop_signal', 'stop_grace_period', 'labels', 'expose', 'logging', 'tmpfs', 'read_only', 'shm_size', 'ulimits', 'hostname', 'cap_drop',
  'tty', 'stdin_open', 'extra_hosts', 'mem_limit', 'mem_reservation', 'cpus', 'restart', 'platform', 'volumes', 'depends_on', 'deploy', 'oom_score_adj', 'pids_limit', 'dns', 'domainname',
] // prettier-ignore
/** Ours to say: services find each other by name in the app's network, and nobody else does. */
const left = [
  'ports',
  'container_name',
  'networks',
  'links',
  'profiles',
  'build',
  'pull_policy',
  'scale',
  'develop',
  'attach',
  'annotations',
  'external_links',
]
/** Reach beyond a container. */
const dangerous = [
  'privileged', 'network_mode', 'pid', 'ipc', 'uts', 'cap_add', 'devices', 'security_opt', 'userns_mode', 'cgroup', 'cgroup_parent', 'device_cgroup_rules', 'sysctls', 'runtime', 'volumes_from', 'group_add', 'gpus', 'isolation', 'credential_spec',
] // prettier-ignore
/** Read files of the source, which is not there when a release is started. */
const fromFiles = ['env_file', 'extends', 'configs', 'secrets']
const topLevel = ['version', 'name', 'services', 'volumes', 'networks', 'configs', 'secrets']

/** `chosen`: the names of those to run; undefined for all that have an image. Throws `config.compose-file`, naming all that is wrong with them. */
export function dataServices(file: ComposeFile, chosen: readonly string[] | undefined, app: AppVariables): DataServices {
  const faults = collectFaults()
  for (const key of Object.keys(file.value))
    if (!topLevel.includes(key) && !key.startsWith('x-')) faults.add(wrongKey(file, [key], topLevel))
  const all = file.value['services']
  if (!isObject(all)) {
    faults.check(file.path)
    throw fault(file.originOf(['services']), 'services must be a table')
  }
  for (const name of chosen ?? [])
    if (!Object.hasOwn(all, name))
      faults.add(fault(file.path, `it has no service ${printable(name)}, which [deploy.compose] services names`))
  const names = Object.keys(all).filter((name) => (chosen === undefined ? isData(all[name]) : chosen.includes(name)))
  const parts = names.flatMap((name) => faults.within(() => dataService(file, name, all[name], { names, faults })) ?? [])
  const volumes = [...new Set(parts.flatMap((part) => part.volumes))]
  checkVolumes(file, volumes, faults)
  const variables = checkVariables(file, names, app, faults)
  faults.check(file.path)
  const skipped = Object.keys(all).filter((name) => !names.includes(name))
  return {
    services: Object.fromEntries(parts.map(({ name, service }) => [name, service])),
    volumes,
    privileges: parts.flatMap((part) => part.privileges),
    once: parts.filter(({ service }) => service['restart'] === 'no' || service['restart'] === false).map(({ name }) => name),
    notes: [
      ...(skipped.length === 0 || names.length === 0
        ? []
        : [`${file.path}: ${skipped.join(', ')}: not run beside the app, because it is built or has a profile.`]),
      ...parts.flatMap((part) => part.notes),
    ],
    variables,
  }
}

/** What is built is the app itself; a profile is for something else than running it. */
function isData(service: unknown): boolean {
  return isObject(service) && service['image'] !== undefined && service['build'] === undefined && service['profiles'] === undefined
}

interface Part {
  readonly name: string
  readonly service: Readonly<Record<string, unknown>>
  readonly volumes: readonly string[]
  readonly privileges: readonly Privilege[]
  readonly notes: readonly string[]
}

/** Throws what leaves nothing to look at; the rest is added to `faults`. */
function dataService(
  file: ComposeFile,
  name: string,
  value: unknown,
  { names, faults }: { readonly names: readonly string[]; readonly faults: Faults },
): Part {
  const at = (...keys: readonly string[]): string => file.originOf(['services', name, ...keys])
  if (!/^[a-zA-Z0-9._-]+$/.test(name) || !isObject(value)) throw fault(at(), `${printable(name)} is no service`)
  if (typeof value['image'] !== 'string') faults.add(fault(at('image'), `the service ${name} has no image`))
  const keys = Object.keys(value).filter((key) => !key.startsWith('x-'))
  for (const key of keys) {
    if (fromFiles.includes(key)) faults.add(ofSource(name, key, at(key)))
    else if (![...taken, ...left, ...dangerous].includes(key)) faults.add(wrongKey(file, ['services', name, key], taken))
  }
  const mounts = serviceVolumes(file, name, value['volumes'], faults)
  const ours = new Set([...left, ...dangerous, 'volumes', 'depends_on', 'environment', 'labels', 'deploy'])
  const plain = Object.fromEntries(Object.entries(value).filter(([key]) => !ours.has(key) && !key.startsWith('x-')))
  const asked = keys.filter((key) => dangerous.includes(key) && value[key] !== false)
  const dropped = keys.filter((key) => ['ports', 'container_name', 'networks'].includes(key))
  const dependsOn = dependencies(value['depends_on']).filter((one) => names.includes(one))
  const environment = serviceEnvironment(file, name, value['environment'], faults)
  const limits = limitsOf(value['deploy'])
  return {
    name,
    volumes: mounts.names,
    privileges: [
      ...asked.map((key) => ({ sentence: `${at(key)}: ${key} of ${name}`, what: [name, key, value[key]] })),
      ...mounts.privileges,
    ],
    notes: [
      ...dropped.map((key) => `${at(key)}: ${key} of ${name} is left out: it is reached as ${name} from the app, and from nowhere else.`),
      ...(isLimitsAlone(value['deploy']) ? [] : [`${at('deploy')}: of deploy of ${name} only resources.limits is taken: it runs once.`]),
    ],
    service: {
      restart: 'unless-stopped',
      ...plain,
      ...Object.fromEntries(asked.map((key) => [key, value[key]])),
      ...(environment === undefined ? {} : { environment }),
      ...(limits === undefined ? {} : { deploy: { resources: { limits } } }),
      labels: labelsOf(value['labels']),
      ...(dependsOn.length === 0 ? {} : { depends_on: dependsOn }),
      ...(mounts.list.length === 0 ? {} : { volumes: mounts.list }),
    },
  }
}

function ofSource(service: string, key: string, origin: string): Hop3Error {
  return fault(
    origin,
    `${key} of ${service} reads a file of the source, which is not there when a release is started`,
    'Write its values under environment, as ${NAME}, and set them with `hop3 env set`.',
  )
}

function limitsOf(deploy: unknown): unknown {
  const resources = isObject(deploy) ? deploy['resources'] : undefined
  return isObject(resources) ? resources['limits'] : undefined
}

/** The rest is for a swarm, or reserves devices of the host. */
function isLimitsAlone(deploy: unknown): boolean {
  if (!isObject(deploy)) return true
  const { resources, ...others } = deploy
  return Object.keys(others).length === 0 && (!isObject(resources) || Object.keys(resources).every((key) => key === 'limits'))
}

/** Ours and Compose's own are not the app's to set. */
function labelsOf(value: unknown): Readonly<Record<string, string>> {
  const pairs = Array.isArray(value)
    ? value.map(String).map((one) => [one.split('=', 1)[0] ?? '', one.split('=').slice(1).join('=')] as const)
    : isObject(value)
      ? Object.entries(value)
      : []
  return Object.fromEntries(pairs.filter(([name]) => !/^(hop3|com\.docker)\./.test(name)).map(([name, text]) => [name, String(text)]))
}

function dependencies(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(String)
  return isObject(value) ? Object.keys(value) : []
}

function wrongKey(file: ComposeFile, keys: readonly string[], known: readonly string[]): Hop3Error {
  const key = keys.at(-1) ?? ''
  const nearest = nearestName(key, known)
  return fault(
    file.originOf(keys),
    `${printable(key)} is no key that Hop3 knows here`,
    nearest === undefined ? undefined : `Did you mean ${nearest}?`,
  )
}
