/** Which app of this home has which port: `ports.json`, changed under a lock of its own. Apps that no longer exist hold none. */
import { createHash } from 'node:crypto'
import { lstat, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, isAbandonedWrite, shellQuote, writeFileAtomic, type Clock } from '@hop3/core'
import { attempt } from './attempt.ts'
import type { Protocol } from './free-port.ts'
import { takeLock } from '@hop3/core/lock'
import { orElse } from '@hop3/core/files'

export interface PortOptions {
  /** `$HOP3_HOME`. */
  readonly home: string
  readonly appName: string
  readonly range: PortRange
  readonly clock: Clock
  readonly boot: string | undefined
  /** For how long another command may keep the registry, in milliseconds. */
  readonly patience?: number
}

export interface PortRange {
  readonly first: number
  readonly last: number
}

export interface FixedPort {
  readonly number: number
  readonly protocol: Protocol
  /** Where the app's configuration asks for it: `hop3.toml:4`. */
  readonly origin: string
}

/** Below 32768, from where Linux takes the ports of outgoing connections. */
export const defaultPorts: PortRange = { first: 20_000, last: 29_999 }

/** The port the app has under this name, or a free one from now on. Throws `environment.ports-exhausted`. */
export async function reservePort(options: PortOptions, name: string): Promise<number> {
  const { appName, range } = options
  return changeRegistry(options, async (registry) => {
    const known = registry.find((entry) => entry.app === appName && entry.name === name)
    if (known !== undefined) return { registry, result: known.port }
    const taken = new Set(registry.flatMap(({ port, protocol }) => (protocol === 'tcp' ? [port] : [])))
    const [{ isFree }, { claimPort }] = await Promise.all([import('./free-port.ts'), import('./port-claim.ts')])
    for (const port of candidates(options, name)) {
      if (!taken.has(port) && (await claimPort(options.home, port)) && (await isFree('127.0.0.1', port, 'tcp')))
        return { registry: [...registry, { port, protocol: 'tcp', app: appName, name }], result: port }
    }
    throw hop3Error('environment.ports-exhausted', `No TCP port from ${range.first} to ${range.last} is free for ${appName}.`, {
      hint: 'Stop an app that is not needed: `hop3 stop --app …`.',
    })
  })
}

/** Gives back the app's ports but those with these names. Ports its configuration asks for stay with it. */
export async function keepPorts(options: PortOptions, names: readonly string[]): Promise<void> {
  await dropEntries(options, ({ name }) => name !== null && !names.includes(name))
}

/** Gives back every port of the app, fixed ones included. */
export async function releasePorts(options: PortOptions): Promise<void> {
  await dropEntries(options, () => true)
}

/** Makes these the app's fixed ports instead of those it claimed before. Throws `config.port-claimed` or `config.port-taken`, and then changes nothing. */
export async function claimFixedPorts(options: PortOptions, ports: readonly FixedPort[]): Promise<void> {
  const { appName } = options
  await changeRegistry(options, async (registry) => {
    const isMine = ({ app, name }: Entry): boolean => app === appName && name === null
    for (const port of ports) {
      const holder = registry.find((entry) => entry.port === port.number && entry.protocol === port.protocol)
      if (holder === undefined) await checkFree(port)
      else if (!isMine(holder)) throw claimed(port, holder, options)
    }
    const wanted = new Map(ports.map(({ number, protocol }) => [`${number}/${protocol}`, { port: number, protocol }]))
    return {
      registry: [
        ...registry.filter((entry) => !isMine(entry)),
        ...[...wanted.values()].map((one) => ({ ...one, app: appName, name: null })),
      ],
      result: undefined,
    }
  })
}

interface Entry {
  readonly port: number
  readonly protocol: Protocol
  readonly app: string
  /** Null: a port the app's configuration asks for. */
  readonly name: string | null
}

/** Each home and name starts somewhere else, so that two homes on one host rarely want the same port. */
function* candidates({ home, appName, range }: PortOptions, name: string): Generator<number, void, undefined> {
  const count = range.last - range.first + 1
  const start = createHash('sha256').update([home, appName, name].join('\0')).digest().readUInt32BE() % count
  for (let step = 0; step < count; step++) yield range.first + ((start + step) % count)
}

async function checkFree({ number, protocol, origin }: FixedPort): Promise<void> {
  const { isFree } = await import('./free-port.ts')
  if (await isFree('0.0.0.0', number, protocol)) return
  throw hop3Error('config.port-taken', `${origin}: port ${number}/${protocol} is taken: another program of this host listens on it.`, {
    hint: `\`ss -l${protocol === 'udp' ? 'nu' : 'tn'}p 'sport = :${number}'\` names it. Stop it, or choose another port.`,
    details: { port: number, protocol, origin },
  })
}

function claimed({ number, protocol, origin }: FixedPort, { app }: Entry, { appName, range }: PortOptions): Error {
  const whose = app === appName ? 'Hop3 has given it to a worker of this app' : `the app ${app} has it`
  return hop3Error('config.port-claimed', `${origin}: port ${number}/${protocol} is taken: ${whose}.`, {
    hint: `Choose another port, outside ${range.first}–${range.last}, which Hop3 hands out.`,
    details: { port: number, protocol, origin, app },
  })
}

async function dropEntries(options: PortOptions, isDropped: (entry: Entry) => boolean): Promise<void> {
  if (await isMissing(join(options.home, 'ports.json'))) return
  await changeRegistry(options, async (registry) => ({
    registry: registry.filter((entry) => entry.app !== options.appName || !isDropped(entry)),
    result: undefined,
  }))
}

/** Another command needs the registry for as long as it takes to try some ports. */
const longestWait = 30_000

async function changeRegistry<T>(
  options: PortOptions,
  change: (registry: readonly Entry[]) => Promise<{ registry: readonly Entry[]; result: T }>,
): Promise<T> {
  const { home, clock, boot, patience = longestWait } = options
  const path = join(home, 'ports.json')
  return attempt(`Cannot reserve ports in ${path}`, async () => {
    const prepare = async (): Promise<void> => void (await mkdir(home, { recursive: true }))
    const lock = await takeLock({
      path: join(home, 'ports.lock'),
      subject: 'ports',
      operation: 'change',
      clock,
      boot,
      wait: patience,
      signal: new AbortController().signal,
      notice: () => {},
      prepare,
    })
    try {
      await sweepWrites(home)
      const before = await readRegistry(home)
      const { registry, result } = await change(before)
      if (registry.length !== before.length || registry.some((entry, index) => entry !== before[index])) await writeRegistry(path, registry)
      return result
    } finally {
      await lock.release()
    }
  })
}

/** What commands left that were killed while they wrote. Under the lock nobody else is writing. */
async function sweepWrites(home: string): Promise<void> {
  const left = (await readdir(home)).filter((name) => name.startsWith('ports.json.') && isAbandonedWrite(name))
  for (const name of left) await rm(join(home, name), { force: true })
}

async function readRegistry(home: string): Promise<readonly Entry[]> {
  const path = join(home, 'ports.json')
  const text = await orElse(readFile(path, 'utf8'), undefined)
  if (text === undefined) return []
  const [{ portRegistrySchema }, { parseJson }] = await Promise.all([import('./file-schemas.ts'), import('./parse-json.ts')])
  const parsed = parseJson(text, portRegistrySchema)
  if ('problem' in parsed) {
    throw hop3Error('environment.ports-damaged', `${path} cannot be used: ${parsed.problem}.`, {
      hint: `Set it aside; apps that run keep their ports: mv ${shellQuote(path)} ${shellQuote(`${path}.damaged`)}`,
    })
  }
  const entries = Object.entries(parsed.value.ports).map(([key, { app, name }]): Entry => {
    const [port, protocol] = key.split('/')
    return { port: Number(port), protocol: protocol === 'udp' ? 'udp' : 'tcp', app, name }
  })
  const missing = await Promise.all(entries.map(({ app }) => isMissing(join(home, 'apps', app))))
  return entries.filter((_, index) => missing[index] === false)
}

async function writeRegistry(path: string, registry: readonly Entry[]): Promise<void> {
  const ports = Object.fromEntries(
    registry.map(({ port, protocol, app, name }) => [protocol === 'udp' ? `${port}/udp` : String(port), { app, name }]),
  )
  await writeFileAtomic(path, `${JSON.stringify({ schema: 1, ports }, null, 2)}\n`)
}

async function isMissing(path: string): Promise<boolean> {
  return (await orElse(lstat(path), undefined)) === undefined
}
