/**
 * The process that serves: `node server.js <home>/proxy <outcome file>`. It outlives the command that starts it, keeps none of its streams,
 * and ends on `stop` from the control socket or on SIGTERM. Not imported by anything.
 */
import { writeFileAtomic } from '@hop3/core/files'
import { identifySelf } from '@hop3/core/processes'
import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import {
  parseServerConfig,
  parseServerRecord,
  type ControlAnswer,
  type ServerConfig,
  type ServerRecord,
  type StartOutcome,
} from './control-protocol.ts'
import { defaultLimits } from './limits.ts'
import { createBoundedLog } from './server/bounded-log.ts'
import { listenForControl, type ControlServer } from './server/control-server.ts'
import { handOver, receiveHandles, reportReady } from './server/hand-over.ts'
import { followSuccessor } from './server/follow-successor.ts'
import { idleGrace, replacedGrace } from './server/listeners.ts'
import { createProxyServer, type ProxyServer } from './server/proxy-server.ts'

const maxLog = 4 * 1024 * 1024
const maxAccessLog = 16 * 1024 * 1024

const [directory = '', outcomePath = ''] = process.argv.slice(2)
process.umask(0o077)
process.on('SIGHUP', () => {}) // the terminal that started it may close
await serve(await readConfig(join(directory, 'config.json')))

async function serve(config: ServerConfig): Promise<void> {
  const now = (): Date => new Date()
  await mkdir(config.logs, { recursive: true })
  const log = createBoundedLog(join(config.logs, 'proxy.log'), maxLog, now)
  const accessLog = createBoundedLog(join(config.logs, 'proxy-access.log'), maxAccessLog, now)
  // One bad request must not take every app down: what nobody caught is written down, and the rest goes on.
  process.on('uncaughtException', (error) => log.write(`uncaught: ${error.stack ?? error.message}`))
  process.on('unhandledRejection', (reason) => log.write(`unhandled: ${String(reason)}`))

  const token = await newToken()
  const server = createProxyServer({
    listen: config.listen,
    shared: config.shared,
    routes: join(directory, 'routes'),
    limits: defaultLimits,
    token,
    log: (line) => log.write(line),
    ...(config.accessLog && { logAccess: (line: string) => accessLog.write(line) }),
  })
  const end = async (drainTimeout: number, grace: number, cleanUp: () => Promise<void>): Promise<never> => {
    await server.stop(drainTimeout, grace)
    await cleanUp()
    log.write(`pid ${process.pid} ends`)
    await Promise.all([log.flush(), accessLog.flush()])
    // oxlint-disable-next-line no-restricted-properties -- this is the program; upgraded connections would keep it alive
    process.exit(0)
  }

  try {
    await server.start(await receiveHandles())
  } catch (error) {
    log.write(`cannot start: ${String(error)}`)
    await log.flush()
    await tellOutcome(startFailure(error, config))
    // oxlint-disable-next-line no-restricted-properties -- as above
    process.exit(1)
  }
  await control(config, server, end, token)
  log.write(`pid ${process.pid} serves on ${config.listen.address}:${config.listen.port}, version ${config.version}`)
  await tellOutcome({ ok: true })
  reportReady()
}

/** Random bytes of the kernel's: `node:crypto` has the same, and a megabyte of code that would stay. */
async function newToken(): Promise<string> {
  const random = await open('/dev/urandom', 'r')
  try {
    const { buffer, bytesRead } = await random.read(Buffer.alloc(24), 0, 24)
    if (bytesRead < 24) throw new Error(`/dev/urandom gave ${bytesRead} bytes`)
    return buffer.toString('hex')
  } finally {
    await random.close()
  }
}

/** Whoever has the common port is the server of this home: only then may it take the control socket and write the record. */
async function control(
  config: ServerConfig,
  server: ProxyServer,
  end: (drainTimeout: number, grace: number, cleanUp: () => Promise<void>) => Promise<never>,
  token: string,
): Promise<void> {
  const { version, listen, accessLog, socket: path } = config
  const recordPath = join(directory, 'server.json')
  let socket: ControlServer | undefined
  const stop = (): Promise<never> =>
    end(defaultLimits.stopTimeout, idleGrace, async () => {
      await socket?.remove()
      if (parseServerRecord(await readFile(recordPath, 'utf8').catch(() => ''))?.pid === process.pid) await rm(recordPath, { force: true })
    })
  const answer = (): ControlAnswer => ({ ok: true, apps: server.apps(), pid: process.pid })
  const open = async (): Promise<void> => {
    await mkdir(dirname(path), { recursive: true })
    socket = await listenForControl(path, async (request): Promise<ControlAnswer> => {
      if (request.do === 'load') return (await server.load(request.app, request.shared)) ?? answer()
      if (request.do === 'drop') server.drop(request.app)
      if (request.do !== 'replace') return answer()
      // Closing is not awaited: it waits for this very conversation to end.
      const outcome = await handOver(request, server.listeners, async () => socket?.close())
      if (outcome.ok) {
        // First of all: whatever becomes of the rest, there is another server now.
        setImmediate(() => void end(defaultLimits.drainTimeout, replacedGrace, async () => {}))
        followSuccessor({ routes: join(directory, 'routes'), record: recordPath, server })
      } else await open()
      return outcome
    })
  }
  process.on('SIGTERM', () => void stop())
  process.on('SIGINT', () => void stop())
  await open()
  const record: ServerRecord = {
    ...(await identifySelf()),
    version,
    listen,
    accessLog,
    token,
    socket: path,
  }
  await writePrivately(recordPath, record)
}

function startFailure(error: unknown, { listen }: ServerConfig): StartOutcome {
  const message = error instanceof Error ? error.message : String(error)
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  return taken ? { ok: false, problem: 'port-taken', ...listen, message } : { ok: false, problem: 'failed', message }
}

async function tellOutcome(outcome: StartOutcome): Promise<void> {
  if (outcomePath !== '') await writePrivately(outcomePath, outcome).catch(() => {}) // nobody waits for it any more
}

/** After a power failure there is no server whose file it could be. */
function writePrivately(path: string, value: unknown): Promise<void> {
  return writeFileAtomic(path, `${JSON.stringify(value)}\n`, { durable: false })
}

async function readConfig(path: string): Promise<ServerConfig> {
  const config = parseServerConfig(await readFile(path, 'utf8'))
  if (config === undefined) throw new Error(`${path} is not a configuration of this version`)
  return config
}
