/** A host in a directory of its own, with every official strategy found as the CLI finds them. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@hop3/testing'
import { fileURLToPath } from 'node:url'
import { createLog, createRegistry, createRun, destroyApp, findPlugins, systemClock, type App, type Host, type LogEvent } from '@hop3/core'
import { readAppConfig } from '@hop3/planner'
import { createHome } from '@hop3/releases'
import { processesOf } from './left-over.ts'

export const cliDirectory = fileURLToPath(new URL('../../packages/cli', import.meta.url))

export interface TemporaryHost {
  readonly host: Host
  readonly directory: string
  readonly events: readonly LogEvent[]
  /** Ends what was deployed and removes the directory; throws when a process is left over. */
  dispose(): Promise<void>
}

/** `directory` of an earlier host makes another host value for the same home, as a second command would. `path` is PATH of its tools, `variables` are more for them. */
export async function createTemporaryHost({
  directory,
  listenPort,
  path,
  variables = {},
}: { directory?: string; listenPort?: number; path?: string; variables?: Readonly<Record<string, string>> } = {}): Promise<TemporaryHost> {
  const own = directory ?? (await mkdtemp(join(tmpdir(), 'hop3-system-')))
  const events: LogEvent[] = []
  const env = { ...process.env, ...variables, ...(path === undefined ? {} : { PATH: path }) }
  const run = createRun()
  const toolEnv = Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined &&
        /^(PATH|HOME|LANG|LC_.*|.*_PROXY|.*_proxy|SSL_.*|NODE_EXTRA_CA_CERTS|PIP_.*|UV_.*|npm_config_registry|REQUESTS_CA_BUNDLE|NIX_.*)$/.test(
          entry[0],
        ),
    ),
  )
  const host: Host = Object.freeze({
    registry: createRegistry({ found: await findPlugins({ roots: [cliDirectory] }) }),
    home: createHome({ path: join(own, 'home'), clock: systemClock, run }),
    run,
    clock: systemClock,
    log: createLog({ sink: (event) => events.push(event), clock: systemClock }),
    signal: new AbortController().signal,
    toolEnv,
    baseEnv: { HOME: own, USER: 'hop3', LANG: 'C.UTF-8', PATH: env['PATH'] ?? '/usr/bin:/bin' },
    listen: { address: '127.0.0.1', port: listenPort ?? (await freePort()) },
    keep: 3,
    newBuildId: () => Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex'),
  })
  await mkdir(own, { recursive: true })
  return { host, directory: own, events, dispose: () => dispose(host, own) }
}

/** What `hop3 deploy` would read from the directory. */
export async function appIn(sourcePath: string, name: string): Promise<App> {
  return { name, sourcePath, config: await readAppConfig({ sourcePath }) }
}

async function dispose(host: Host, directory: string): Promise<void> {
  for (const name of await host.home.apps()) await destroyApp(name, host)
  const { directories, listen } = {
    directories: { home: host.home.path, run: host.home.runPath, logs: join(host.home.path, 'logs') },
    listen: host.listen,
  }
  for (const factory of await host.registry.proxies()) {
    await factory
      .create({ directories, listen, env: host.toolEnv, log: host.log, run: host.run, signal: host.signal, clock: host.clock })
      .stop?.()
  }
  const left = await processesOf(directory)
  if (left.length > 0) throw new Error(`processes are left over:\n${left.join('\n')}`)
  await rm(directory, { recursive: true, force: true })
}
