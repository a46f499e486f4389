/** Which app of this home has which TCP port: `ports.json`, changed under a lock of its own. Apps that no longer exist hold none. */
import { createHash } from 'node:crypto'
import { lstat, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, shellQuote, writeFileAtomic, type Clock } from '@hop3/core'
import { attempt, orElse } from './attempt.ts'
import { takeLock } from './lock.ts'

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
    const taken = new Set(registry.map(({ port }) => port))
    const { isFree } = await import('./free-port.ts')
    for (const port of candidates(options, name)) {
      if (!taken.has(port) && (await isFree('127.0.0.1', port)))
        return { registry: [...registry, { port, app: appName, name }], result: port }
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
      const holder = registry.find((entry) => entry.port === port.number)
      if (holder === undefined) await checkFree(port)
      else if (!isMine(holder)) throw claimed(port, holder, options)
    }
    const numbers = [...new Set(ports.map(({ number }) => number))]
    return {
      registry: [...registry.filter((entry) => !isMine(entry)), ...numbers.map((port) => ({ port, app: appName, name: null }))],
      result: undefined,
    }
  })
}

interface Entry {
  readonly port: number
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

async function checkFree({ number, origin }: FixedPort): Promise<void> {
  const { isFree } = await import('./free-port.ts')
  if (await isFree('0.0.0.0', number)) return
  throw hop3Error('config.port-taken', `${origin}: port ${number} is taken: another program of this host listens on it.`, {
    hint: `\`ss -ltnp 'sport = :${number}'\` names it. Stop it, or choose another port.`,
    details: { port: number, origin },
  })
}

function claimed({ number, origin }: FixedPort, { app }: Entry, { appName, range }: PortOptions): Error {
  const whose = app === appName ? 'Hop3 has given it to a worker of this app' : `the app ${app} has it`
  return hop3Error('config.port-claimed', `${origin}: port ${number} is taken: ${whose}.`, {
    hint: `Choose another port, outside ${range.first}–${range.last}, which Hop3 hands out.`,
    details: { port: number, origin, app },
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
      const before = await readRegistry(home)
      const { registry, result } = await change(before)
      if (registry.length !== before.length || registry.some((entry, index) => entry !== before[index])) await writeRegistry(path, registry)
      return result
    } finally {
      await lock.release()
    }
  })
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
  const entries = Object.entries(parsed.value.ports).map(([port, { app, name }]) => ({ port: Number(port), app, name }))
  const missing = await Promise.all(entries.map(({ app }) => isMissing(join(home, 'apps', app))))
  return entries.filter((_, index) => missing[index] === false)
}

async function writeRegistry(path: string, registry: readonly Entry[]): Promise<void> {
  const ports = Object.fromEntries(registry.map(({ port, app, name }) => [String(port), { app, name }]))
  await writeFileAtomic(path, `${JSON.stringify({ schema: 1, ports }, null, 2)}\n`)
}

async function isMissing(path: string): Promise<boolean> {
  return (await orElse(lstat(path), undefined)) === undefined
}
