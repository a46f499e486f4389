/** A container engine of a test's own, as another host would have it: its own images, networks and sockets. */
import { spawn } from 'node:child_process'
import { openSync, closeSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createRun } from '@hop3/core'

export interface SecondEngine {
  /** For DOCKER_HOST. */
  readonly address: string
  /** Ends it by its process id and removes all it has. */
  stop(): Promise<void>
}

const patience = 60_000

/** Without rules of a firewall, which it would share with the host's own engine, and with networks that are not those of that one. */
export async function startSecondEngine(): Promise<SecondEngine> {
  // Short: sockets are made below it.
  const directory = await mkdtemp('/tmp/hop3-engine-')
  const address = `unix://${directory}/s`
  const pool = `base=10.${200 + (process.pid % 50)}.0.0/16,size=24`
  const places = ['--data-root', join(directory, 'data'), '--exec-root', join(directory, 'exec'), '--pidfile', join(directory, 'pid')]
  const network = ['--bridge=none', '--iptables=false', '--ip6tables=false', '--default-address-pool', pool]
  const log = openSync(join(directory, 'log'), 'a')
  const daemon = spawn('dockerd', [...places, ...network, '--host', address], { detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  const ended = new Promise<void>((resolve) => daemon.once('close', () => resolve()).once('error', () => resolve()))
  const stop = async (): Promise<void> => {
    daemon.kill('SIGTERM')
    await ended
    await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
  }
  for (const end = Date.now() + patience; !(await answers(address));) {
    if (daemon.exitCode === null && daemon.pid !== undefined && Date.now() < end) continue
    const said = await readFile(join(directory, 'log'), 'utf8')
    await stop()
    throw new Error(`dockerd did not start: ${said.slice(-2000)}`)
  }
  return { address, stop }
}

async function answers(address: string): Promise<boolean> {
  const env = { PATH: process.env['PATH'] ?? '', DOCKER_HOST: address }
  const { exitCode } = await createRun()({ file: 'docker', args: ['info'], cwd: '/', env, timeout: 5_000 })
  if (exitCode !== 0) await new Promise((resolve) => setTimeout(resolve, 200))
  return exitCode === 0
}
