import { execFileSync, spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface OwnEngine {
  /** For DOCKER_HOST. */
  readonly address: string
  /** Put in front of a command that is to reach its containers' ports; empty where they are the host's. */
  readonly prefix: readonly string[]
  /** Brings an image of the host's engine, with its id. */
  load(image: string): void
  /** Stops it; what it has stays. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Ends it by its process id and removes all it has. */
  close(): Promise<void>
}

const patience = 60_000

export interface OwnEngineOptions {
  /** In a network of its own: containers reach each other, which the host's firewall does not let them otherwise, and nothing outside of it. */
  readonly isApart?: boolean
  /** How much room it has for all it keeps; else as much as the host. */
  readonly megabytes?: number
}

/**
 * A container engine of a test's own, as another host would have it: its own images, networks, bridge and sockets. Takes root and `dockerd`. It
 * makes no rules in the host's firewall. It is told of no address pool: an engine with one removes `docker0` when it starts again, whosever that is.
 */
export async function openOwnEngine({ isApart = false, megabytes }: OwnEngineOptions = {}): Promise<OwnEngine> {
  // Short: sockets are made below it.
  const directory = await mkdtemp('/tmp/hop3-engine-')
  const address = `unix://${directory}/s`
  const places = {
    'data-root': join(directory, 'data'),
    'exec-root': join(directory, 'exec'),
    pidfile: join(directory, 'pid'),
    host: address,
  }
  const network = isApart ? makeNetwork() : makeBridge()
  const [file = '', ...before]: readonly string[] = [...network.prefix, 'dockerd']
  const words = Object.entries({ ...places, ...network.options }).map(([name, value]) => `--${name}=${value}`)
  let end = async (): Promise<void> => {}
  const stop = async (): Promise<void> => {
    await end()
    end = async () => {}
  }
  const close = async (): Promise<void> => {
    await stop()
    network.remove()
    if (megabytes !== undefined) execFileSync('umount', ['--lazy', places['data-root']])
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  const start = async (): Promise<void> => {
    const log = openSync(join(directory, 'log'), 'a')
    const daemon = spawn(file, [...before, ...words], { detached: true, stdio: ['ignore', log, log] })
    closeSync(log)
    const ended = once(daemon, 'close')
    end = async () => {
      daemon.kill('SIGTERM')
      await ended
    }
    const latest = Date.now() + patience
    while (!answers(address)) {
      if (daemon.exitCode === null && Date.now() < latest) {
        await new Promise((resolve) => setTimeout(resolve, 200))
        continue
      }
      const said = await readFile(join(directory, 'log'), 'utf8')
      await close()
      throw new Error(`dockerd did not start: ${said.slice(-2000)}`)
    }
  }
  if (megabytes !== undefined) {
    await mkdir(places['data-root'])
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'hop3-test', places['data-root']])
  }
  await start()
  return {
    address,
    prefix: network.prefix,
    load: (image) => {
      execFileSync('sh', ['-c', 'docker save "$0" | docker --host "$1" load', image, address], { stdio: ['ignore', 'ignore', 'inherit'] })
    },
    stop,
    start,
    close,
  }
}

interface OwnNetwork {
  readonly prefix: readonly string[]
  /** Of `dockerd`. */
  readonly options: Readonly<Record<string, string>>
  remove(): void
}

function makeNetwork(): OwnNetwork {
  const name = `hop3e${randomBytes(4).toString('hex')}`
  execFileSync('ip', ['netns', 'add', name])
  execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up'])
  return {
    // By its path: a command may run with another PATH.
    prefix: [execFileSync('sh', ['-c', 'command -v nsenter'], { encoding: 'utf8' }).trim(), `--net=/run/netns/${name}`],
    options: {},
    remove: () => void execFileSync('ip', ['netns', 'delete', name]),
  }
}

function makeBridge(): OwnNetwork {
  const name = `hop3e${randomBytes(4).toString('hex')}`
  execFileSync('ip', ['link', 'add', name, 'type', 'bridge'])
  execFileSync('ip', ['address', 'add', `10.198.${randomInt(256)}.1/24`, 'dev', name])
  return {
    prefix: [],
    options: { iptables: 'false', ip6tables: 'false', bridge: name },
    remove: () => void execFileSync('ip', ['link', 'delete', name]),
  }
}

function answers(address: string): boolean {
  try {
    execFileSync('docker', ['--host', address, 'info'], { stdio: 'ignore', timeout: 5_000 })
    return true
  } catch {
    // Not yet.
    return false
  }
}
