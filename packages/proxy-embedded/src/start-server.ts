/** Starts the one server process of a home, or puts another in its place. */
import { hop3Error, longestSocketPath, writeFileAtomic, type ProxyContext } from '@hop3/core'
import { isRunning } from '@hop3/core/processes'
import { isSamePlace, portTaken, withProxyLock } from '@hop3/core/routes'
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { askServer } from './control-client.ts'
import { parseControlAnswer, type ControlAnswer, type ServerConfig, type ServerRecord } from './control-protocol.ts'
import { liveRecord, patientServerOf, serverOf } from './running-server.ts'
import { serverPaths, type ServerPaths } from './server-paths.ts'
import { startFailed } from './start-failure.ts'
import { endServer } from './stop-server.ts'

const startPatience = 15_000
const pollEvery = 15

/** A server of this version that listens where it should. Throws `deploy.proxy.start`, `deploy.proxy.port-taken`, `deploy.proxy.socket-path`. */
export async function ensureServer(context: ProxyContext): Promise<ServerRecord> {
  const paths = serverPaths(context.directories)
  const config = await wantedConfig(context, paths)
  const running = await serverOf(paths)
  if (running !== undefined && isWanted(running, config)) return running
  checkSocketPath(paths)
  return withProxyLock(context, join(paths.directory, 'lock'), () => startOrReplace(context, paths, config))
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

async function startServer(context: ProxyContext, paths: ServerPaths): Promise<void> {
  const hung = await liveRecord(paths)
  if (hung !== undefined) {
    context.log.warn(`the proxy (pid ${hung.pid}) does not answer: it is ended and started again`)
    await endServer(context, hung)
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

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // gone already
  }
}
