import { hop3Error, visible } from '@hop3/core'
import type { DeployConfig, Volume } from '@hop3/core'
import { isTable } from './canonical-keys.ts'
import type { Hop3TomlDocument, Section } from './hop3-toml-document.ts'
import { readRange } from './hop3-toml-fields.ts'
import { deployKeys } from './hop3-toml-schema.ts'

/** `[deploy]`, `[domains]`, `[port]`, `[[ports]]`, `[[volumes]]`, `[healthcheck]` and what `[[component]]` says besides its command. */
export function deploySection(document: Hop3TomlDocument): Section {
  const { toml, originOf } = document
  const { strategy, target, scale, spa, rollout, ...rest } = toml.deploy ?? {}
  checkStrategy(strategy, originOf('deploy', 'strategy'))
  const stopTimeout = rest['stop-timeout']
  const components = (toml.component ?? []).map(componentOptions)
  const ownKeys = toml.deploy === undefined ? [] : deployKeys()
  const tables = Object.entries(toml.deploy ?? {}).filter(([name, value]) => !ownKeys.includes(name) && isTable(value))
  const { path: _path, ...healthcheck } = toml.healthcheck ?? {}
  return {
    deploy: {
      ...(strategy === undefined || strategy === 'auto' ? {} : { strategy }),
      ...(target === undefined ? {} : { target }),
      ...(toml.domains === undefined ? {} : { domains: domainsOf(document, toml.domains.list) }),
      ...(toml.ports === undefined ? {} : { ports: portsOf(document, toml.ports) }),
      ...(toml.volumes === undefined ? {} : { volumes: volumesOf(document, toml.volumes) }),
      ...(stopTimeout === undefined ? {} : { stopTimeout }),
      ...(spa === undefined ? {} : { spa }),
      ...countsOf(scaleOf(document, scale ?? {})),
      options: {
        ...Object.fromEntries(tables),
        ...(rollout === undefined ? {} : { rollout }),
        ...(toml.port === undefined ? {} : { port: toml.port }),
        ...(Object.keys(healthcheck).length === 0 ? {} : { healthcheck }),
        ...(components.length === 0 ? {} : { component: Object.fromEntries(components) }),
      },
    },
    origins: Object.fromEntries([
      ...(['strategy', 'target', 'spa'] as const).flatMap((key) =>
        toml.deploy?.[key] === undefined ? [] : [[`deploy.${key}`, originOf('deploy', key)] as const],
      ),
      ...(toml.domains === undefined ? [] : [['deploy.domains', originOf('domains', 'list')] as const]),
      ...tables.flatMap(([name, table]) => [
        [`deploy.${name}`, originOf('deploy', name)] as const,
        ...(isTable(table) ? Object.keys(table) : []).map((key) => [`deploy.${name}.${key}`, originOf('deploy', name, key)] as const),
      ]),
      ...Object.keys(scale ?? {}).map((name) => [`deploy.scale.${name}`, originOf('deploy', 'scale', name)] as const),
      ...(toml.component ?? []).flatMap(({ name, scale: count }, index) =>
        count === undefined ? [] : [[`deploy.scale.${name}`, originOf('component', index, 'scale')] as const],
      ),
    ]),
    warnings: [...componentWarnings(document), ...unusedWarnings(document)],
  }
}

type Component = NonNullable<Hop3TomlDocument['toml']['component']>[number]

function componentOptions({ name, command: _command, scale: _scale, ...others }: Component): readonly [string, object] {
  return [name, others]
}

/** ADR 032 used this key for how releases change places. */
function checkStrategy(strategy: string | undefined, origin: string): void {
  if (strategy === undefined || !['blue-green', 'rolling', 'canary'].includes(strategy)) return
  throw hop3Error(
    'config.invalid',
    `${origin}: deploy.strategy must name a deployer, and ${JSON.stringify(strategy)} is a way to roll out.`,
    {
      hint: `Write rollout = "${strategy}" instead.`,
      details: { origin },
    },
  )
}

function domainsOf({ originOf }: Hop3TomlDocument, list: readonly string[]): readonly string[] {
  if (!list.includes('_') || list.length === 1) return [...new Set(list.map((name) => name.toLowerCase()))]
  throw hop3Error('config.domains', `${originOf('domains', 'list')}: "_" stands for every host name, and other names stand beside it.`, {
    hint: 'Write list = ["_"], or the names alone.',
    details: { origin: originOf('domains', 'list') },
  })
}

/** The web server's and the host's own. */
const reservedPorts: readonly number[] = [22, 80, 443]

function portsOf({ originOf }: Hop3TomlDocument, ports: NonNullable<Hop3TomlDocument['toml']['ports']>): DeployConfig['ports'] {
  const owners = new Map<string, string>()
  return ports.map(({ number, protocol = 'tcp', name = `${protocol}-${number}` }, index) => {
    const origin = originOf('ports', index, 'number')
    const before = owners.get(`${number}/${protocol}`)
    const problem = reservedPorts.includes(number)
      ? 'belongs to the host'
      : before === undefined
        ? undefined
        : `is given twice; the first is ${before}`
    if (problem !== undefined) {
      throw hop3Error('config.port', `${origin}: port ${number} ${problem}.`, {
        hint: 'Choose another port, from 1024 on. Web traffic needs none: it comes through the proxy.',
        details: { origin, port: number },
      })
    }
    owners.set(`${number}/${protocol}`, origin)
    return { number, protocol, name, origin }
  })
}

function volumesOf({ originOf }: Hop3TomlDocument, volumes: NonNullable<Hop3TomlDocument['toml']['volumes']>): readonly Volume[] {
  const owners = new Map<string, string>()
  return volumes.map(({ name, path }, index) => {
    const place = path.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '')
    for (const [key, said] of Object.entries({ name, path: place })) {
      const origin = originOf('volumes', index, key)
      const before = owners.get(said)
      if (before !== undefined)
        throw hop3Error('config.volume', `${origin}: the volume's ${key} ${visible(said)} is given twice; the first is ${before}.`, {
          hint: 'Every volume has a name and a path of its own.',
          details: { origin },
        })
      owners.set(said, origin)
    }
    return { name, path: place, origin: originOf('volumes', index, 'path') }
  })
}

/** A range is its least, beside how many there may be. */
function countsOf(scale: Counts): Pick<DeployConfig, 'scale' | 'mostInstances'> {
  const ranges = Object.entries(scale).filter(([, given]) => typeof given === 'string')
  return {
    scale: Object.fromEntries(Object.entries(scale).map(([name, given]) => [name, readRange(given).least])),
    ...(ranges.length === 0 ? {} : { mostInstances: Object.fromEntries(ranges.map(([name, given]) => [name, readRange(given).most])) }),
  }
}

type Counts = Readonly<Record<string, number | string>>

function scaleOf({ toml, originOf }: Hop3TomlDocument, scale: Counts): Counts {
  const components = (toml.component ?? []).flatMap(({ name, scale: count }, index) =>
    count === undefined ? [] : [{ name, count, index }],
  )
  for (const { name, count, index } of components) {
    if (!Object.hasOwn(scale, name) || scale[name] === count) continue
    const origin = originOf('component', index, 'scale')
    throw hop3Error(
      'config.conflict',
      `${origin}: the component ${name} has scale ${count}, and deploy.scale.${name} (${originOf('deploy', 'scale', name)}) is ${scale[name]}.`,
      {
        hint: 'Keep one of the two lines.',
        details: { origin },
      },
    )
  }
  return { ...scale, ...Object.fromEntries(components.map(({ name, count }) => [name, count])) }
}

function componentWarnings({ toml, originOf }: Hop3TomlDocument): readonly string[] {
  const unused = ['port', 'memory-limit', 'depends-on', 'env', 'healthcheck'] as const
  return (toml.component ?? []).flatMap((component, index) => {
    const given = unused.filter((key) => component[key] !== undefined)
    return given.length === 0
      ? []
      : [
          `${originOf('component', index, given[0] ?? 'name')}: ${given.join(', ')} of component ${component.name}: kept for deployers that know it.`,
        ]
  })
}

/** Read, kept with the app, and without effect on any strategy of this version. */
function unusedWarnings({ toml, originOf }: Hop3TomlDocument): readonly string[] {
  const unused: readonly (readonly [name: string, given: unknown, keys: readonly string[]])[] = [
    ['[deploy] rollout', toml.deploy?.rollout, ['deploy', 'rollout']],
    ['[port]', toml.port, ['port']],
    ['[healthcheck] interval', toml.healthcheck?.interval, ['healthcheck', 'interval']],
    ['[healthcheck] retries', toml.healthcheck?.retries, ['healthcheck', 'retries']],
    ['[docker]', toml.docker, ['docker']],
  ]
  return unused.flatMap(([name, given, keys]) =>
    given === undefined ? [] : [`${originOf(...keys)}: ${name}: kept for strategies that know it; none of this version does.`],
  )
}
