import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createRun, systemClock, type Clock, type Command, type LogEvent, type Run } from '@hop3/core'
import { onTestFinished } from 'vitest'
import { freePort } from './free-port.ts'
import { memoryLog } from './memory-log.ts'
import { endProcesses } from './processes.ts'
import { tempApp } from './temp-app.ts'

/** A host of one test: real processes, ports and clock, in a directory of its own. */
export interface TestHost {
  /** Everything below lies in here, and every process of the test carries this path in its environment. */
  readonly directory: string
  readonly home: string
  readonly runDirectory: string
  readonly cache: string
  /** What builds and deployers' tools get: PATH and locale of this process, and HOME in `directory`. */
  readonly toolEnv: Readonly<Record<string, string>>
  /** What workers get. */
  readonly baseEnv: Readonly<Record<string, string>>
  readonly run: Run
  /** Every command started through `run`. Grows. */
  readonly commands: readonly Command[]
  readonly clock: Clock
  readonly log: ReturnType<typeof memoryLog>['log']
  readonly events: readonly LogEvent[]
  /** A free TCP port of 127.0.0.1; the same name gives the same port. */
  reservePort(name: string): Promise<number>
}

/** Call it inside a test: when the test has finished, processes that still carry the host's path are killed and its directory is removed. */
export async function testHost(): Promise<TestHost> {
  const directory = await tempApp()
  onTestFinished(() => endProcesses(directory))
  const at = (name: string): string => join(directory, name)
  for (const name of ['home', 'run', 'cache', 'user']) await mkdir(at(name))
  const { log, events } = memoryLog()
  const commands: Command[] = []
  const start = createRun()
  const base = { HOME: at('user'), USER: 'hop3', LANG: 'C.UTF-8', PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin' }
  return Object.freeze<TestHost>({
    directory,
    home: at('home'),
    runDirectory: at('run'),
    cache: at('cache'),
    toolEnv: Object.freeze({ ...passedOn(), ...base, HOP3_TESTING_TOOLS: directory }),
    baseEnv: Object.freeze({ ...base, [workerMarker]: directory }),
    run: (command) => {
      commands.push(command)
      return start(command)
    },
    commands,
    clock: systemClock,
    log,
    events,
    reservePort: rememberedPorts(),
  })
}

/** In the environment of every worker, and of nothing else: tells workers from what a deployer keeps running for itself. */
export const workerMarker = 'HOP3_TESTING_WORKER'

/** Without these a build cannot reach its registries on hosts behind a proxy. */
const network = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS']
const registries = ['npm_config_registry', 'PIP_INDEX_URL', 'UV_INDEX_URL', 'UV_DEFAULT_INDEX', 'GOPROXY']

function passedOn(): Record<string, string> {
  return Object.fromEntries([...network, ...registries].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}

function rememberedPorts(): (name: string) => Promise<number> {
  const ports = new Map<string, Promise<number>>()
  return (name) => {
    const port = ports.get(name) ?? freePort()
    ports.set(name, port)
    return port
  }
}
