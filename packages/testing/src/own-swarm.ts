/** A swarm of one node whose containers answer on this host's loopback: a test's own, and gone after it. */
import { execFileSync } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { openOwnEngine } from './own-engine.ts'

export interface OwnSwarm {
  /** For DOCKER_HOST. */
  readonly address: string
  /** Brings an image of the host's engine, with its id. */
  load(image: string): void
  close(): Promise<void>
}

/** With these images. Takes root. */
export async function openOwnSwarm(images: readonly string[]): Promise<OwnSwarm> {
  const engine = await openOwnEngine()
  const docker = (...words: readonly string[]): void => {
    execFileSync('docker', ['--host', engine.address, ...words], { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  // Several may be on the host at a time: of each an address, a port and a bridge, wide enough for many containers.
  const [one, other] = [randomInt(1, 255), randomInt(1, 255)]
  const address = `127.77.${one}.${other}`
  const bridge = [
    '--subnet',
    `10.197.${one}.0/24`,
    '--opt',
    `com.docker.network.bridge.name=hop3g${one}x${other}`,
    '--opt',
    'com.docker.network.bridge.enable_icc=false',
  ]
  const close = async (): Promise<void> => {
    try {
      docker('swarm', 'leave', '--force')
      docker('network', 'rm', 'docker_gwbridge')
    } finally {
      await engine.close()
    }
  }
  try {
    for (const image of images) engine.load(image)
    docker('network', 'create', ...bridge, 'docker_gwbridge')
    const dataPort = String(20_000 + one * 100 + (other % 100))
    docker('swarm', 'init', '--listen-addr', `${address}:2377`, '--advertise-addr', address, '--data-path-port', dataPort)
    return { address: engine.address, load: (image) => engine.load(image), close }
  } catch (error) {
    await engine.close()
    throw error
  }
}
