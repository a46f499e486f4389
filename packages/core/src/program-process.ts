/** Starts and ends the one process of a home that serves its routes. */
import { mkdir, readlink, realpath, rm } from 'node:fs/promises'
import { basename } from 'node:path'
import { hop3Error } from './errors.ts'
import { endKept, identifyProcess } from './kept-process.ts'
import { processIds, readProcessStat } from './process-facts.ts'
import { signalProcess } from './process-identity.ts'
import { partClients } from './parting.ts'
import { findProgram } from './program-path.ts'
import { seenAt } from './proxy-proof.ts'
import type { ProxyProgram } from './proxy-program.ts'
import type { ProxyRecord } from './proxy-record.ts'
import type { ProxyContext } from './proxy.ts'
import { writeFileAtomic } from './write-file-atomic.ts'

const startPatience = 15_000
/** The embedded proxy's own time to let requests finish when it is stopped. */
const stopPatience = 5_000
const pollEvery = 10

/** Starts it and resolves when it answers with this generation. Throws `deploy.proxy.start`. */
export async function startProgram(program: ProxyProgram, context: ProxyContext, token: string, generation: string): Promise<void> {
  const { listen, clock, signal, directories, env } = context
  const { directory, record, log } = program.paths(directories)
  await mkdir(directories.logs, { recursive: true })
  await program.beforeStart?.(context)
  const file = await findProgram(program, env)
  const args = [...program.args(context)]
  const { pid } = await context.run({ file, args, cwd: directory, env: programEnv(program, context), detached: true })
  const identity = await identifyProcess(pid)
  const end = clock.monotonic() + startPatience
  while (clock.monotonic() < end && (await readProcessStat(pid))?.isDefunct === false) {
    if (identity !== undefined && (await seenAt(listen, 'any.host.invalid', token))?.generation === generation) {
      await keepRecord(record, { ...identity, token }, context)
      context.log.info(`${program.title} runs (pid ${pid}) on ${listen.address}:${listen.port}`)
      return
    }
    await clock.sleep(pollEvery, signal)
  }
  throw hop3Error('deploy.proxy.start', `Cannot start ${program.title}: it ended, or did not answer in time.`, {
    hint: `Its log says more: tail ${log}`,
    details: { ...listen },
    class: 'environment',
  })
}

/** Ends it and all its processes; requests under way have five seconds. Routes stay for the next one. */
export async function endProgram(program: ProxyProgram, context: ProxyContext, server: ProxyRecord | undefined): Promise<void> {
  const { directory, record } = program.paths(context.directories)
  const end = (known: ProxyRecord) => async (): Promise<void> => endKept(known, program.stopSignal, stopPatience, context.clock)
  if (server !== undefined) await partClients(context, program.paths(context.directories).parting, end(server))
  await endLeftovers(program, directory, context)
  for (const path of [record, ...(program.leftovers?.(context) ?? [])]) await rm(path, { force: true })
}

/** Writes down who serves, and where. */
export function keepRecord(
  path: string,
  server: Omit<ProxyRecord, 'listen' | 'tls'>,
  { listen, tls }: Pick<ProxyContext, 'listen' | 'tls'>,
): Promise<void> {
  const { pid, started, boot, pidNamespace, host, token } = server
  return writeFileAtomic(
    path,
    `${JSON.stringify({ pid, started, boot, pidNamespace, host, token, listen, ...(tls && { tls: tls.listen }) })}\n`,
  )
}

/** Of the operator's environment only what a program needs. */
export function programEnv(program: ProxyProgram, context: ProxyContext): Record<string, string> {
  const { env } = context
  const kept = ['PATH', 'LANG', 'TZ', 'SSL_CERT_FILE', 'SSL_CERT_DIR'].flatMap((name): [string, string][] =>
    env[name] ? [[name, env[name]]] : [],
  )
  return { ...Object.fromEntries(kept), ...program.env?.(context) }
}

/**
 * Those of a command that was killed before it could write down what it started, and workers that outlived a killed master. Throws
 * `deploy.proxy.start` where one does not end.
 */
async function endLeftovers({ name, title }: ProxyProgram, known: string, { clock }: ProxyContext): Promise<void> {
  // What a process works in has no links in its path.
  const directory = await realpath(known).catch(() => known)
  let left: readonly number[] = []
  const isOurs = async (pid: number): Promise<boolean> => {
    const [cwd, program] = await Promise.all(['cwd', 'exe'].map((link) => readlink(`/proc/${pid}/${link}`).catch(() => '')))
    return cwd === directory && basename(program ?? '').startsWith(name)
  }
  for (let attempt = 0; attempt < 100; attempt++) {
    const pids = await processIds()
    const ours = await Promise.all(pids.map(isOurs))
    left = pids.filter((_, index) => ours[index])
    if (left.length === 0) return
    for (const pid of left) {
      const found = await identifyProcess(pid)
      if (found !== undefined) signalProcess(found, 'SIGKILL')
    }
    await clock.sleep(pollEvery)
  }
  throw hop3Error('deploy.proxy.start', `Cannot end what is left of ${title}: pid ${left.join(', ')} still runs.`, {
    hint: `See what it waits for: ps -fp ${left.join(',')}`,
    details: { pids: left },
    class: 'environment',
  })
}
