/** A swarm of engines the test itself starts, each in a network namespace of its own, joined by a wire; and what runs beside the first. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { systemClock } from '@hop3/core'
import { lacks } from './programs.ts'

export interface SwarmNode {
  /** For DOCKER_HOST. */
  readonly engine: string
  /** Put in front of a command that is to run where its ports are. */
  readonly prefix: readonly string[]
  readonly address: string
  docker(...words: readonly string[]): string
}

export interface Swarm {
  readonly manager: SwarmNode
  /** A node that is no manager. */
  readonly worker: SwarmNode
  /** `10.251.9.1:5000`: both nodes know it. */
  readonly registry: string
  /** Whether the nodes hear of each other. */
  setWire(state: 'up' | 'down'): void
  /** Whether their containers do. */
  setTunnel(state: 'up' | 'down'): void
  dispose(): Promise<void>
}

/** Whether to leave out tests with it: it takes root. */
export function lacksSwarm(): boolean {
  return (
    lacks('docker', 'dockerd', 'docker-registry', 'ip', 'nsenter', 'go') ||
    (process.env['HOP3_REQUIRE'] !== 'all' && process.getuid?.() !== 0)
  )
}

/** With the images named on each node. */
export async function createSwarm(images: readonly string[]): Promise<Swarm> {
  const directory = await mkdtemp(join(tmpdir(), 'hop3-swarm-'))
  const mark = randomBytes(3).toString('hex')
  const subnet = `10.251.${randomBytes(1)[0]}`
  const ended: (() => Promise<void>)[] = []
  const dispose = async (): Promise<void> => {
    for (const end of ended.toReversed()) await end()
    for (const line of (await readFile('/proc/self/mounts', 'utf8')).split('\n').toReversed()) {
      const path = line.split(' ')[1] ?? ''
      if (path.startsWith(`${directory}/`)) run('umount', '--lazy', path)
    }
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const names = [`hop3a${mark}`, `hop3b${mark}`] as const
    for (const name of names) {
      run('ip', 'netns', 'add', name)
      ended.push(async () => void run('ip', 'netns', 'delete', name))
    }
    const [one, other] = names
    run('ip', 'link', 'add', one, 'netns', one, 'type', 'veth', 'peer', 'name', other, 'netns', other)
    const nodes = await Promise.all(
      names.map(async (name, index) => {
        const address = `${subnet}.${index + 1}`
        run('ip', '-n', name, 'address', 'add', `${address}/24`, 'dev', name)
        run('ip', '-n', name, 'link', 'set', name, 'up')
        run('ip', '-n', name, 'link', 'set', 'lo', 'up')
        return startEngine({ name, address, subnet, directory: join(directory, name), ended })
      }),
    )
    const [manager, worker] = nodes
    if (manager === undefined || worker === undefined) throw new Error('no nodes')
    await Promise.all(nodes.map((node) => loadImages(node, images)))
    manager.docker('swarm', 'init', '--advertise-addr', manager.address)
    const token = manager.docker('swarm', 'join-token', '--quiet', 'worker')
    worker.docker('swarm', 'join', '--advertise-addr', worker.address, '--token', token, `${manager.address}:2377`)
    const registry = await startRegistry(manager, join(directory, 'registry'), ended)
    const setWire = (state: 'up' | 'down'): void => void run('ip', '-n', other, 'link', 'set', other, state)
    let tunnel: 'up' | 'down' = 'up'
    const setTunnel = (state: 'up' | 'down'): void => {
      const rule = ['INPUT', '--protocol', 'udp', '--dport', '4789', '--jump', 'DROP']
      if (state !== tunnel) execIn(worker, ['iptables', state === 'down' ? '--insert' : '--delete', ...rule])
      tunnel = state
    }
    return { manager, worker, registry, setWire, setTunnel, dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

interface EngineRequest {
  readonly name: string
  readonly address: string
  readonly subnet: string
  readonly directory: string
  readonly ended: (() => Promise<void>)[]
}

async function startEngine({ name, address, subnet, directory, ended }: EngineRequest): Promise<SwarmNode> {
  await mkdir(directory)
  const engine = `unix://${join(directory, 'sock')}`
  const prefix = ['nsenter', `--net=/run/netns/${name}`]
  const words = ['--data-root', join(directory, 'data'), '--exec-root', join(directory, 'exec'), '--pidfile', join(directory, 'pid')]
  const own = ['--containerd-namespace', name, '--containerd-plugins-namespace', `${name}p`, '--insecure-registry', `${subnet}.0/24`]
  ended.push(endLater(startIn(prefix, ['dockerd', '--host', engine, ...words, ...own])))
  const node: SwarmNode = {
    engine,
    prefix,
    address,
    docker: (...command) =>
      execFileSync('docker', ['--host', engine, ...command], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim(),
  }
  await until(() => node.docker('info', '--format', '{{.ServerVersion}}') !== '')
  return node
}

async function startRegistry(node: SwarmNode, directory: string, ended: (() => Promise<void>)[]): Promise<string> {
  await mkdir(directory)
  const address = `${node.address}:5000`
  const config = { version: 0.1, log: { level: 'error' }, storage: { filesystem: { rootdirectory: directory } }, http: { addr: address } }
  await writeFile(join(directory, 'config.yml'), JSON.stringify(config))
  ended.push(endLater(startIn(node.prefix, ['docker-registry', 'serve', join(directory, 'config.yml')])))
  await until(() => execIn(node, ['curl', '--silent', '--fail', `http://${address}/v2/`]).length > 0)
  return address
}

async function loadImages(node: SwarmNode, images: readonly string[]): Promise<void> {
  const saved = spawn('docker', ['save', ...images], { stdio: ['ignore', 'pipe', 'inherit'] })
  const loaded = spawn('docker', ['--host', node.engine, 'load', '--quiet'], { stdio: [saved.stdout, 'ignore', 'inherit'] })
  const [code]: unknown[] = await once(loaded, 'exit')
  if (code !== 0) throw new Error(`docker load exited with ${String(code)}`)
}

/** What a command says that runs where the node's ports are. */
export function execIn({ prefix }: Pick<SwarmNode, 'prefix'>, command: readonly string[]): string {
  const [file = '', ...words]: readonly string[] = [...prefix, ...command]
  return execFileSync(file, words, { encoding: 'utf8' })
}

function startIn(prefix: readonly string[], command: readonly string[]): ChildProcess {
  const [file = '', ...words]: readonly string[] = [...prefix, ...command]
  return spawn(file, words, { stdio: 'ignore' })
}

function endLater(child: ChildProcess): () => Promise<void> {
  return async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
}

async function until(isReady: () => boolean): Promise<void> {
  for (let round = 0; ; round++) {
    try {
      if (isReady()) return
    } catch (error) {
      if (round > 200) throw error
    }
    await systemClock.sleep(100)
  }
}

const run = (file: string, ...words: readonly string[]): Buffer => execFileSync(file, words, { stdio: 'pipe' })
