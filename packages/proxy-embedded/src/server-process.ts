/** Starts, finds, replaces and ends the one server process of a home. */
import { hop3Error, longestSocketPath, writeFileAtomic, type ProxyContext } from '@hop3/core'
import {
  endKept,
  identifyProcess,
  identifySelf,
  isRunning,
  livenessOf,
  processIds,
  readArguments,
  signalProcess,
} from '@hop3/core/processes'
import { isSamePlace, portTaken, withProxyLock } from '@hop3/core/routes'
import { takeLock } from '@hop3/releases'
import { randomBytes } from 'node:crypto'
import { access, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askServer } from './control-client.ts'
import { parseControlAnswer, parseServerRecord, type ControlAnswer, type ServerConfig, type ServerRecord } from './control-protocol.ts'
import { serverPaths, type ServerPaths } from './server-paths.ts'
import { startFailed } from './start-failure.ts'

const startPatience = 15_000
/** Longer than the server's own time to let requests finish. */
const stopPatience = 8_000
/** How long a server that lives may say nothing before it counts as hung: a stalled event loop, or a hand-over to the next server. */
const answerPatience = 15_000
const answerPause = 250
const pollEvery = 15

/** The server that runs and answers, if any. */
export async function serverOf(paths: ServerPaths): Promise<ServerRecord | undefined> {
  const record = await liveRecord(paths)
  if (record === undefined) return undefined
  const answers = await askServer(record.socket, { do: 'hello' }).then(
    ({ ok }) => ok,
    () => false,
  )
  return answers ? record : undefined
}

/** The same, but one that lives has time to answer: undefined only when it is gone or hangs. */
async function patientServerOf({ clock, signal }: ProxyContext, paths: ServerPaths): Promise<ServerRecord | undefined> {
  const end = clock.monotonic() + answerPatience
  for (;;) {
    const server = await serverOf(paths)
    if (server !== undefined || (await liveRecord(paths)) === undefined || clock.monotonic() > end) return server
    await clock.sleep(answerPause, signal)
  }
}

/** The release an app's name leads to in the running server, if that listens where it should. */
export async function servedRelease(context: ProxyContext, appName: string): Promise<string | undefined> {
  const paths = serverPaths(context.directories)
  const record = await liveRecord(paths)
  if (record === undefined || !isSamePlace(record.listen, context.listen)) return undefined
  const answer = await askServer(record.socket, { do: 'hello' }).catch(() => undefined)
  return answer?.ok === true ? answer.apps[appName] : undefined
}

/** See `Proxy.running`. A server that hangs runs, too. */
export async function runningServer({ directories }: ProxyContext): Promise<{ readonly pid: number; readonly port: number } | undefined> {
  const record = await liveRecord(serverPaths(directories))
  return record && { pid: record.pid, port: record.listen.port }
}

/** A server of this version that listens where it should. Throws `deploy.proxy.start`, `deploy.proxy.port-taken`, `deploy.proxy.socket-path`. */
export async function ensureServer(context: ProxyContext): Promise<ServerRecord> {
  const paths = serverPaths(context.directories)
  const config = await wantedConfig(context, paths)
  const running = await serverOf(paths)
  if (running !== undefined && isWanted(running, config)) return running
  checkSocketPath(paths)
  return withProxyLock(context, join(paths.directory, 'lock'), takeLock, () => startOrReplace(context, paths, config))
}

async function startOrReplace(context: ProxyContext, paths: ServerPaths, config: ServerConfig): Promise<ServerRecord> {
  const running = await patientServerOf(context, paths)
  // Another command may have seen to it while this one waited.
  if (running !== undefined && isWanted(running, config)) return running
  await mkdir(paths.routes, { recursive: true, mode: 0o700 })
  for (const directory of [context.directories.run, context.directories.logs]) await mkdir(directory, { recursive: true })
  const before = await readFile(paths.config, 'utf8').catch(() => undefined)
  await writeFileAtomic(paths.config, `${JSON.stringify(config)}\n`)
  try {
    if (running === undefined) await startServer(context, paths)
    else await replaceServer(context, paths, running)
  } catch (error) {
    if (running !== undefined && before !== undefined) await writeFileAtomic(paths.config, before)
    throw error
  }
  const record = await patientServerOf(context, paths)
  if (record === undefined) throw startFailed(context, 'it ended at once')
  context.log.info(`the proxy runs (pid ${record.pid}) on ${record.listen.address}:${record.listen.port}`)
  return record
}

function checkSocketPath({ socket }: ServerPaths): void {
  if (Buffer.byteLength(socket) <= longestSocketPath) return
  const message = `The path of the proxy's socket is longer than the ${longestSocketPath} bytes a system takes: ${socket}.`
  throw hop3Error('deploy.proxy.socket-path', message, {
    hint: 'Set HOP3_RUN to a directory with a short path: export HOP3_RUN=/tmp/hop3-run',
  })
}

/** Ends the server and waits for its end; one that does not end by itself is killed. Nothing running is fine. Routes stay for the next one. */
export async function stopServer(context: ProxyContext): Promise<void> {
  const paths = serverPaths(context.directories)
  const isThere = await access(paths.directory).then(
    () => true,
    () => false,
  )
  if (isThere) await withProxyLock(context, join(paths.directory, 'lock'), takeLock, () => stopRunning(context, paths))
}

async function stopRunning(context: ProxyContext, paths: ServerPaths): Promise<void> {
  const record = await liveRecord(paths)
  if (record !== undefined) {
    const told = await askServer(record.socket, { do: 'stop' }).then(
      ({ ok }) => ok,
      () => false,
    )
    await endServer(context, record, told)
  } else await endStarting(context, paths)
  await rm(record?.socket ?? paths.socket, { force: true })
  await rm(paths.record, { force: true })
}

/** One that was started by a command that was killed, and has not come to write its record: nobody would ever find it again. */
async function endStarting({ clock }: ProxyContext, { directory }: ServerPaths): Promise<void> {
  for (const pid of await processIds()) {
    const args = await readArguments(pid)
    if (!args.some((one, at) => one === directory && args[at + 1]?.startsWith(join(directory, 'start-')) === true)) continue
    const found = await identifyProcess(pid)
    if (found !== undefined) await endKept(found, 'SIGTERM', stopPatience, clock)
  }
}

async function startServer(context: ProxyContext, paths: ServerPaths): Promise<void> {
  const hung = await liveRecord(paths)
  if (hung !== undefined) {
    context.log.warn(`the proxy (pid ${hung.pid}) does not answer: it is ended and started again`)
    await endServer(context, hung, false)
  }
  const outcomePath = newOutcomePath(paths)
  try {
    const { pid } = await context.run({ ...serverCommand(context, paths, outcomePath), cwd: '/', detached: true })
    const outcome = await startOutcome(context, outcomePath, pid)
    if (outcome === undefined) throw startFailed(context, 'it ended, or did not say in time that it serves')
    if (outcome.ok) return
    // Another command may have started the server a moment ago: then it is that one that has the port.
    if (outcome.problem === 'port-taken' && (await serverOf(paths)) !== undefined) return
    if (outcome.problem === 'port-taken') throw await portTaken(context, outcome)
    throw startFailed(context, outcome.message)
  } finally {
    await rm(outcomePath, { force: true })
  }
}

async function replaceServer(context: ProxyContext, paths: ServerPaths, running: ServerRecord): Promise<void> {
  const sameAddress = isSamePlace(running.listen, context.listen)
  context.log.info(
    `the proxy (pid ${running.pid}) is replaced${sameAddress ? '' : ` and moves to ${context.listen.address}:${context.listen.port}`}`,
  )
  const outcomePath = newOutcomePath(paths)
  const { file, args, env } = serverCommand(context, paths, outcomePath)
  try {
    const answer = await askServer(running.socket, { do: 'replace', file, args, env, sameAddress })
    if (answer.ok) return
    const outcome = parseControlAnswer(await readFile(outcomePath, 'utf8').catch(() => ''))
    if (outcome?.ok === false && outcome.problem === 'port-taken') throw await portTaken(context, outcome)
    throw startFailed(context, outcome?.ok === false ? outcome.message : answer.message)
  } finally {
    await rm(outcomePath, { force: true })
  }
}

/** Where a new server says how its start went. */
function newOutcomePath({ directory }: ServerPaths): string {
  return join(directory, `start-${randomBytes(6).toString('hex')}.json`)
}

async function wantedConfig(
  { listen, accessLog = false, directories, beside = [] }: ProxyContext,
  paths: ServerPaths,
): Promise<ServerConfig> {
  const manifest: unknown = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'))
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : ''
  return { version, listen: { ...listen }, accessLog, shared: beside.length > 0, socket: paths.socket, logs: directories.logs }
}

function isWanted(running: ServerRecord, { version, listen, accessLog }: ServerConfig): boolean {
  return running.version === version && isSamePlace(running.listen, listen) && running.accessLog === accessLog
}

/**
 * A proxy keeps little, and what V8 has taken it does not give back: a small young generation, one helper thread instead of four, and one
 * optimizing compiler instead of two. Without Maglev the few functions that matter are optimized as well, by TurboFan, a second later.
 */
const memoryFlags = ['--max-semi-space-size=1', '--max-old-space-size=256', '--v8-pool-size=1', '--no-maglev']

function serverCommand(
  { env }: ProxyContext,
  paths: ServerPaths,
  outcomePath: string,
): { file: string; args: string[]; env: Record<string, string> } {
  const fromSource = import.meta.url.endsWith('.ts')
  const entry = fileURLToPath(new URL(fromSource ? './server.ts' : './server.js', import.meta.url))
  const flags = [...memoryFlags, ...(fromSource ? ['--conditions=@hop3/source'] : [])]
  const kept = ['PATH', 'HOME', 'LANG', 'TZ'].flatMap((name): [string, string][] => (env[name] === undefined ? [] : [[name, env[name]]]))
  return { file: process.execPath, args: [...flags, entry, paths.directory, outcomePath], env: Object.fromEntries(kept) }
}

async function startOutcome({ clock, signal }: ProxyContext, path: string, pid: number): Promise<ControlAnswer | undefined> {
  const end = clock.monotonic() + startPatience
  while (clock.monotonic() < end) {
    const alive = await isRunning(pid)
    const outcome = parseControlAnswer(await readFile(path, 'utf8').catch(() => ''))
    if (outcome !== undefined || !alive) return outcome
    await clock.sleep(pollEvery, signal)
  }
  kill(pid)
  return undefined
}

/** The record of a process that still is the one that wrote it. */
async function liveRecord({ record }: ServerPaths): Promise<ServerRecord | undefined> {
  const found = parseServerRecord(await readFile(record, 'utf8').catch(() => ''))
  if (found === undefined) return undefined
  return (await isServing(found)) ? found : undefined
}

/** Not what runs on another machine or in another container, as far as can be seen. */
async function isServing(server: ServerRecord): Promise<boolean> {
  return (await livenessOf(server, await identifySelf())) === 'alive'
}

async function isGone({ clock, signal }: ProxyContext, server: ServerRecord, patience: number): Promise<boolean> {
  const end = clock.monotonic() + patience
  while (await isServing(server)) {
    if (clock.monotonic() > end) return false
    await clock.sleep(pollEvery, signal)
  }
  return true
}

/** Lets its requests finish; one that does not end by that is killed. `told`: it knows already. */
async function endServer(context: ProxyContext, server: ServerRecord, told: boolean): Promise<void> {
  if (!told) signalProcess(server, 'SIGTERM')
  if (await isGone(context, server, stopPatience)) return
  signalProcess(server, 'SIGKILL')
  await isGone(context, server, stopPatience)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // gone already
  }
}
