/** A container engine of a test's own, which it may stop and start. It shares no rules of a firewall with the host's. */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

export interface OwnEngine {
  /** For DOCKER_HOST. */
  readonly address: string
  /** Brings an image of the host's engine, with its id. */
  load(image: string): void
  stop(): Promise<void>
  start(): Promise<void>
  /** Ends it and removes all it has. */
  close(): Promise<void>
}

export async function openOwnEngine(): Promise<OwnEngine> {
  // Short: sockets are made below it.
  const directory = await mkdtemp('/tmp/hop3-own-')
  const address = `unix://${directory}/s`
  const places = [
    '--data-root',
    join(directory, 'data'),
    '--exec-root',
    join(directory, 'exec'),
    '--pidfile',
    join(directory, 'pid'),
    '--host',
    address,
  ]
  const pool = `base=10.${100 + (process.pid % 90)}.0.0/16,size=24`
  const network = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--default-address-pool', pool]
  let end = async (): Promise<void> => {}
  const answers = (): boolean => {
    try {
      execFileSync('docker', ['--host', address, 'info'], { stdio: 'ignore', timeout: 5_000 })
      return true
    } catch {
      // Not yet.
      return false
    }
  }
  const start = async (): Promise<void> => {
    const daemon = spawn('dockerd', [...places, ...network], { stdio: 'ignore' })
    const ended = new Promise((resolve) => daemon.once('close', resolve))
    end = async () => {
      daemon.kill('SIGTERM')
      await ended
    }
    for (let tries = 0; !answers(); tries++) {
      if (tries > 200 || daemon.exitCode !== null) throw new Error('dockerd did not start')
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  const stop = async (): Promise<void> => {
    await end()
    end = async () => {}
  }
  await start()
  return {
    address,
    load: (image) =>
      void execFileSync('docker', ['--host', address, 'load'], { input: execFileSync('docker', ['save', image], { maxBuffer: 1e9 }) }),
    stop,
    start,
    async close() {
      await stop()
      await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}
