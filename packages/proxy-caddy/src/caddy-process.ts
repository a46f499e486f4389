/** Starts and ends the one Caddy of a home. */
import { hop3Error, longestSocketPath, writeFileAtomic, type ProxyContext } from '@hop3/core'
import { endKept, identifyProcess, processIds, readProcessStat, signalProcess } from '@hop3/core/processes'
import { seenAt, type ProxyRecord } from '@hop3/core/routes'
import { mkdir, readlink, rm } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import type { CaddyPaths } from './caddy-paths.ts'
import { caddyProgram } from './caddy-program.ts'

const startPatience = 15_000
/** The embedded proxy's own time to let requests finish when it is stopped. */
const stopPatience = 5_000
const pollEvery = 15

/** Starts Caddy on its configuration file and resolves when it answers with it. Throws `deploy.proxy.start`, `.socket-path`. */
export async function startCaddy(context: ProxyContext, paths: CaddyPaths, token: string, generation: string): Promise<ProxyRecord> {
  const { listen, clock, signal, directories } = context
  checkSocketPath(paths)
  await endLeftovers(paths)
  await rm(paths.socket, { force: true })
  for (const directory of [dirname(paths.socket), directories.logs]) await mkdir(directory, { recursive: true })
  const command = {
    file: await caddyProgram(context),
    args: ['run', '--config', paths.config],
    cwd: paths.directory,
    env: caddyEnv(context, paths),
  }
  const { pid } = await context.run({ ...command, detached: true })
  const identity = await identifyProcess(pid)
  const end = clock.monotonic() + startPatience
  while (clock.monotonic() < end && (await readProcessStat(pid))?.isDefunct === false) {
    if (identity !== undefined && (await seenAt(listen, 'any.host.invalid', token))?.generation === generation) {
      const record = { ...identity, token, listen: { ...listen } }
      await writeFileAtomic(paths.record, `${JSON.stringify(record)}\n`)
      context.log.info(`Caddy runs (pid ${pid}) on ${listen.address}:${listen.port}`)
      return record
    }
    await clock.sleep(pollEvery, signal)
  }
  await endLeftovers(paths)
  throw hop3Error('deploy.proxy.start', 'Cannot start Caddy: it ended, or did not answer in time.', {
    hint: `Its log says more: tail ${paths.log}. So does: caddy validate --config ${paths.config}`,
    details: { ...listen },
    class: 'environment',
  })
}

/** Ends it; requests under way have five seconds. Routes stay for the next one. */
export async function endCaddy({ clock }: ProxyContext, paths: CaddyPaths, server: ProxyRecord | undefined): Promise<void> {
  if (server !== undefined) await endKept(server, 'SIGTERM', stopPatience, clock)
  await endLeftovers(paths)
  await rm(paths.record, { force: true })
  await rm(paths.socket, { force: true })
}

function checkSocketPath({ socket }: CaddyPaths): void {
  if (Buffer.byteLength(socket) <= longestSocketPath) return
  throw hop3Error(
    'deploy.proxy.socket-path',
    `The path of Caddy's socket is longer than the ${longestSocketPath} bytes a system takes: ${socket}.`,
    {
      hint: 'Set HOP3_RUN to a directory with a short path: export HOP3_RUN=/tmp/hop3-run',
    },
  )
}

/** Everything Caddy would write into a home of its user goes into ours. */
function caddyEnv({ env }: ProxyContext, { directory }: CaddyPaths): Record<string, string> {
  const kept = ['PATH', 'LANG', 'TZ'].flatMap((name): [string, string][] => (env[name] ? [[name, env[name]]] : []))
  return { ...Object.fromEntries(kept), HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory }
}

/** One that was started by a command which was killed before it could write it down. It works in our directory. */
async function endLeftovers({ directory }: CaddyPaths): Promise<void> {
  for (const pid of await processIds()) {
    const [cwd, program] = await Promise.all(['cwd', 'exe'].map((name) => readlink(`/proc/${pid}/${name}`).catch(() => '')))
    if (cwd !== directory || !basename(program ?? '').startsWith('caddy')) continue
    const found = await identifyProcess(pid)
    if (found !== undefined) signalProcess(found, 'SIGKILL')
    while ((await readProcessStat(pid))?.isDefunct === false) await new Promise((resolve) => void setTimeout(resolve, pollEvery))
  }
}
