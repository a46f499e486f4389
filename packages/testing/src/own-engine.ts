import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface OwnEngine {
  /** For DOCKER_HOST. */
  readonly address: string
  /** Brings an image of the host's engine, with its id. */
  load(image: string): void
  /** Stops it; what it has stays. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Ends it by its process id and removes all it has. */
  close(): Promise<void>
}

const patience = 60_000

/**
 * A container engine of a test's own, as another host would have it: its own images, networks and sockets. Takes root and `dockerd`. It shares
 * no rules of a firewall with the host's engine, but its default bridge, with its address: an engine that is told of another, or of none, removes the host's.
 */
export async function openOwnEngine(): Promise<OwnEngine> {
  // Short: sockets are made below it.
  const directory = await mkdtemp('/tmp/hop3-engine-')
  const address = `unix://${directory}/s`
  const number = randomBytes(1)[0] ?? 0
  const pool = `base=10.198.${number}.0/24,size=28`
  const places = {
    'data-root': join(directory, 'data'),
    'exec-root': join(directory, 'exec'),
    pidfile: join(directory, 'pid'),
    host: address,
  }
  const rules = { iptables: 'false', ip6tables: 'false', 'default-address-pool': pool, ...defaultBridge() }
  const words = Object.entries({ ...places, ...rules }).map(([name, value]) => `--${name}=${value}`)
  let end = async (): Promise<void> => {}
  const stop = async (): Promise<void> => {
    await end()
    end = async () => {}
  }
  const close = async (): Promise<void> => {
    await stop()
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  const start = async (): Promise<void> => {
    const log = openSync(join(directory, 'log'), 'a')
    const daemon = spawn('dockerd', words, { detached: true, stdio: ['ignore', log, log] })
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
  await start()
  return {
    address,
    load: (image) => {
      const archive = execFileSync('docker', ['save', image], { maxBuffer: 1e9 })
      execFileSync('docker', ['--host', address, 'load'], { input: archive, stdio: ['pipe', 'ignore', 'inherit'] })
    },
    stop,
    start,
    close,
  }
}

function defaultBridge(): Readonly<Record<string, string>> {
  const shown = execFileSync('ip', ['-4', '-oneline', 'address', 'show'], { encoding: 'utf8' })
  const [, address] = /\bdocker0\s+inet (\S+)/.exec(shown) ?? []
  return address === undefined ? {} : { bip: address }
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
