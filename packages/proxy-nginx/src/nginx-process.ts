/** Starts, tells and ends the one nginx of a home. */
import { hop3Error, writeFileAtomic, type ProxyContext } from '@hop3/core'
import { endKept, identifyProcess, processIds, readProcessStat, readTcpSockets, signalProcess, socketInodes } from '@hop3/core/processes'
import { seenAt, type ProxyRecord } from '@hop3/core/routes'
import { mkdir, open, readlink, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { NginxPaths } from './nginx-paths.ts'
import { nginxProgram } from './nginx-program.ts'

const startPatience = 10_000
const switchPatience = 15_000
/** The embedded proxy's own time to let requests finish when it is stopped. */
const stopPatience = 5_000
const pollEvery = 10

/** Lets nginx itself read a configuration. Throws `deploy.proxy.config` with what it says. */
export async function testConfig(context: ProxyContext, paths: NginxPaths, file: string): Promise<void> {
  await mkdir(join(paths.directory, 'tmp'), { recursive: true, mode: 0o700 })
  await mkdir(context.directories.logs, { recursive: true })
  const { exitCode, stderr } = await context.run({ ...(await command(context, paths)), args: ['-t', '-q', ...nginxArgs(paths, file)] })
  if (exitCode === 0) return
  const seen = stderr.split('\n').find((line) => /\[(?:emerg|alert|crit)\]/.test(line)) ?? stderr.trim()
  throw hop3Error('deploy.proxy.config', `nginx refuses the configuration: ${seen.replace(/^.*\[\w+\] (?:\d+#\d+: )?/, '')}.`, {
    hint: 'What served before goes on. The file that is named says which app it is of: deploy that one again.',
    details: { seen },
  })
}

/** Starts nginx on the current generation and resolves when it answers with it. Throws `deploy.proxy.start`. */
export async function startNginx(context: ProxyContext, paths: NginxPaths, token: string, generation: string): Promise<ProxyRecord> {
  await endLeftovers(paths)
  const file = join(paths.current, 'nginx.conf')
  const { pid } = await context.run({ ...(await command(context, paths)), args: nginxArgs(paths, file), detached: true })
  const { listen, clock, signal } = context
  const identity = await identifyProcess(pid)
  const end = clock.monotonic() + startPatience
  while (clock.monotonic() < end && (await readProcessStat(pid))?.isDefunct === false) {
    if (identity !== undefined && (await seenAt(listen, 'any.host.invalid', token))?.generation === generation) {
      const record = { ...identity, token, listen: { ...listen } }
      await writeFileAtomic(paths.record, `${JSON.stringify(record)}\n`)
      context.log.info(`nginx runs (pid ${pid}) on ${listen.address}:${listen.port}`)
      return record
    }
    await clock.sleep(pollEvery, signal)
  }
  await endLeftovers(paths)
  throw hop3Error('deploy.proxy.start', 'Cannot start nginx: it ended, or did not answer in time.', {
    hint: `Its log says more: tail ${paths.log}`,
    details: { ...listen },
    class: 'environment',
  })
}

/**
 * Makes a running nginx read the current generation. When it resolves, only workers that have it take connections: those before have closed
 * their listening sockets and finish what they have. Throws `deploy.proxy.reload`.
 */
export async function reloadNginx(context: ProxyContext, paths: NginxPaths, server: ProxyRecord, generation: string): Promise<void> {
  const { clock, listen } = context
  const old = await childrenOf(server.pid)
  await partClients(context, paths, async () => {
    signalProcess(server, 'SIGHUP')
    const end = clock.monotonic() + switchPatience
    for (;;) {
      const seen = await seenAt(listen, 'any.host.invalid', server.token)
      if (seen?.generation === generation && !(await anyListens(old))) return
      if (clock.monotonic() > end) break
      await clock.sleep(pollEvery)
    }
    throw hop3Error('deploy.proxy.reload', 'nginx did not take the new configuration in time.', {
      hint: `What served before goes on. Its log says more: tail ${paths.log}`,
      class: 'environment',
    })
  })
}

/** Ends it and all its workers; requests under way have five seconds. Routes stay for the next one. */
export async function endNginx({ clock }: ProxyContext, paths: NginxPaths, server: ProxyRecord | undefined): Promise<void> {
  if (server !== undefined) await endKept(server, 'SIGQUIT', stopPatience, clock)
  await endLeftovers(paths)
  await rm(paths.record, { force: true })
}

/**
 * Old workers close connections that are idle, and a request that is sent at that moment is lost. So every answer ends its connection for a
 * while before: who asks often is on a new connection then, and what is left has been idle for that long.
 */
async function partClients({ clock }: ProxyContext, { parting }: NginxPaths, work: () => Promise<void>): Promise<void> {
  await (await open(parting, 'w', 0o600)).close()
  try {
    await clock.sleep(partingTime)
    await work()
  } finally {
    await rm(parting, { force: true })
  }
}

const partingTime = 200

async function anyListens(pids: readonly number[]): Promise<boolean> {
  const listening = new Set((await readTcpSockets('listening')).map(({ inode }) => inode))
  for (const pid of pids) if ((await socketInodes(pid)).some((inode) => listening.has(inode))) return true
  return false
}

async function childrenOf(parent: number): Promise<readonly number[]> {
  const pids = await processIds()
  const stats = await Promise.all(pids.map(readProcessStat))
  return pids.filter((_, index) => stats[index]?.parent === parent)
}

/** Workers outlive a master that was killed, and keep its ports. All of them work in the same directory. */
async function endLeftovers({ directory }: NginxPaths): Promise<void> {
  const isOurs = async (pid: number): Promise<boolean> => {
    const [cwd, program] = await Promise.all(['cwd', 'exe'].map((name) => readlink(`/proc/${pid}/${name}`).catch(() => '')))
    return cwd === directory && basename(program ?? '').startsWith('nginx')
  }
  for (let attempt = 0; attempt < 100; attempt++) {
    const pids = await processIds()
    const ours = await Promise.all(pids.map(isOurs))
    const left = pids.filter((_, index) => ours[index])
    if (left.length === 0) return
    for (const pid of left) {
      const found = await identifyProcess(pid)
      if (found !== undefined) signalProcess(found, 'SIGKILL')
    }
    await new Promise((resolve) => void setTimeout(resolve, pollEvery))
  }
}

async function command(
  context: ProxyContext,
  { directory }: NginxPaths,
): Promise<{ file: string; cwd: string; env: Record<string, string> }> {
  const kept = ['PATH', 'LANG', 'TZ'].flatMap((name): [string, string][] => (context.env[name] ? [[name, context.env[name]]] : []))
  return { file: await nginxProgram(context), cwd: directory, env: Object.fromEntries(kept) }
}

function nginxArgs({ directory, log }: NginxPaths, file: string): string[] {
  return ['-p', `${directory}/`, '-e', log, '-c', file]
}
