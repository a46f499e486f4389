/** The gate every new instance passes, and the error that says why one did not. */
import { join } from 'node:path'
import { hop3Error, visible, type BuildArtifact, type DeploymentContext, type Hop3Error, type Upstream } from '@hop3/core'
import { describeHealth, listeningAddresses, waitHealthy, type HealthOutcome, type HealthProbe } from '@hop3/releases'
import { readProgress, readState } from './instance-state.ts'
import { lastLines } from './last-lines.ts'
import { instanceFile, type Layout } from './layout.ts'
import type { PreparedInstance } from './prepare-instance.ts'
import { readProcess, readProcesses } from './process-table.ts'
import { hasSettled } from './settled-before.ts'
import { settle } from './settle.ts'

/** Resolves to its address (empty where it has none) once it is healthy. Throws `health.*`. */
export async function waitForInstance(
  context: DeploymentContext,
  artifact: BuildArtifact,
  layout: Layout,
  instance: PreparedInstance,
): Promise<Upstream> {
  const isProven = await hasSettled(layout, instance.settledName)
  const { kind } = instance.wanted
  const probe = probeOf(context, artifact, layout, instance)
  const began = context.clock.monotonic()
  // uWSGI listens before it has loaded the app, so a connection alone says nothing about a native worker.
  const outcome =
    (await waitUntilStarted(probe, layout, instance)) ??
    (kind === 'web' || kind === 'native'
      ? await waitHealthy(remaining(probe, began))
      : await settle({ probe, directory: instance.directory, isProven, isCommand: kind === 'daemon' }))
  if (outcome === 'settled') return { address: '', port: null }
  if (outcome.state === 'healthy') return outcome.upstream
  throw await failure(context, layout, instance, outcome, probe)
}

function probeOf(
  { clock, signal, log }: DeploymentContext,
  { runtime }: BuildArtifact,
  layout: Layout,
  { wanted, record }: PreparedInstance,
): HealthProbe {
  const candidates: Upstream[] = []
  if (record.port !== null) candidates.push({ address: '127.0.0.1', port: record.port })
  if (record.socket !== null) candidates.push({ address: record.socket, port: null })
  return {
    candidates,
    path: runtime.healthcheckPath,
    timeoutSeconds: runtime.healthcheckTimeout,
    clock,
    signal,
    async isAlive() {
      const { exitCode, starts, masterRuns } = await readProgress(layout, wanted.id)
      if (exitCode !== undefined) return { exitCode }
      return starts === 0 || (starts === 1 && masterRuns)
    },
    async isAnothers({ port }) {
      if (port === null) return false
      const { masterPid } = await readProgress(layout, wanted.id)
      const own = masterPid === undefined ? [] : await listeningAddresses(masterPid)
      if (own.some((address) => address.endsWith(`:${port}`))) return false
      // A process that bears no mark may be the app's all the same.
      const { portOwner } = await import('@hop3/core/routes')
      const owner = await portOwner(port)
      const instance = owner === undefined ? undefined : (await readProcess(owner.pid))?.instance
      return instance !== undefined && instance !== '' && instance !== join(layout.instances, wanted.id)
    },
    tellElsewhere(listening) {
      const { worker, ordinal } = wanted
      log.info(
        `${worker}.${ordinal} listens on ${listening.join(', ')} so far, and not on 127.0.0.1:${record.port} ($PORT). Waiting up to ${runtime.healthcheckTimeout} s for that.`,
      )
    },
    async listeningElsewhere() {
      const { work } = await readState(layout, wanted.id, await readProcesses())
      const found = await Promise.all(work.map(({ pid }) => listeningAddresses(pid)))
      return [...new Set(found.flat())].filter((address) => address !== `127.0.0.1:${record.port}`).toSorted()
    },
  }
}

/** Waits for uWSGI itself; undefined when it is there. */
async function waitUntilStarted(
  probe: HealthProbe,
  layout: Layout,
  { wanted, loaders }: PreparedInstance,
): Promise<HealthOutcome | undefined> {
  const deadline = probe.clock.monotonic() + probe.timeoutSeconds * 1000
  for (let pause = 10; probe.clock.monotonic() < deadline; pause = Math.min(pause * 1.5, 200)) {
    const state = await readProgress(layout, wanted.id)
    if (state.exitCode !== undefined) return { state: 'exited', exitCode: state.exitCode }
    if (state.starts > 1 || (state.starts === 1 && !state.masterRuns)) return { state: 'exited', exitCode: null }
    if (wanted.kind === 'native' ? state.isReady : state.starts === 1) return undefined
    // An app that ends the process while it is loaded is loaded again and again: uWSGI takes that for a crash of the worker.
    if (state.loads > loaders && !state.isReady) return { state: 'exited', exitCode: null }
    await probe.clock.sleep(pause, probe.signal)
  }
  return { state: 'unhealthy', saw: 'refused', upstream: probe.candidates[0] ?? null }
}

function remaining(probe: HealthProbe, began: number): HealthProbe {
  return { ...probe, timeoutSeconds: Math.max(1, probe.timeoutSeconds - (probe.clock.monotonic() - began) / 1000) }
}

type Failure = Exclude<HealthOutcome, { readonly state: 'healthy' }>

async function failure(
  context: DeploymentContext,
  layout: Layout,
  instance: PreparedInstance,
  outcome: Failure,
  probe: HealthProbe,
): Promise<Hop3Error> {
  const { worker, ordinal, release } = instance.wanted
  // The app's own words, else uWSGI's of the instance, else those of the Emperor, which has them when uWSGI did not come that far.
  const lines =
    (await lastLines(instance.logPath, instance.record.logOffset)) ||
    (await lastLines(join(instance.directory, instanceFile.log), 0)) ||
    (await lastLines(layout.log, instance.emperorLogOffset))
  const told = `Its last lines:\n${lines.replace(/^/gm, '  ')}`
  return hop3Error(
    codeOf(outcome),
    `${worker}.${ordinal} of ${release} ${describeHealth(outcome, probe)}.\n${lines === '' ? 'It has logged nothing.' : told}`,
    {
      hint: hintOf(outcome, context, instance.wanted, lines === ''),
      details: { worker, ordinal, release, log: instance.logPath, ...factsOf(outcome) },
    },
  )
}

function codeOf(outcome: Failure): string {
  if (outcome.state === 'exited') return 'health.exited'
  if (outcome.state === 'wrong-port') return 'health.wrong-port'
  return outcome.saw.startsWith('status ') ? 'health.status' : 'health.timeout'
}

function hintOf(
  outcome: Failure,
  { appName }: DeploymentContext,
  { worker, command, kind }: PreparedInstance['wanted'],
  isSilent: boolean,
): string {
  if (outcome.state === 'wrong-port')
    return 'Let the app listen on the port in $PORT (or on the socket in $HOP3_SOCKET), then deploy again.'
  if (outcome.state === 'exited') {
    if (!isSilent) return `Mend what its last lines show, then deploy again; \`hop3 logs ${appName} --worker ${worker}\` has all of them.`
    return outcome.exitCode === 0
      ? 'A worker has to stay: what runs once before each release is `release: …` in Procfile, what runs now and then `cron: …`.'
      : `Run its command in a shell to see what it does: ${visible(command)}`
  }
  if (outcome.saw.startsWith('status '))
    return 'Let the health check path answer with a status from 200 to 399, or name another one: healthcheck in hop3.toml.'
  const longer = 'If it needs longer to start, raise the time: start-timeout under [run] in hop3.toml.'
  return kind === 'web' && !command.includes('\n')
    ? `${longer} If it is no server, give it another name than ${worker}: \`worker: ${command}\` in Procfile.`
    : longer
}

function factsOf(outcome: Failure): Readonly<Record<string, unknown>> {
  if (outcome.state === 'exited') return { exitCode: outcome.exitCode }
  return outcome.state === 'wrong-port' ? { listening: outcome.listening } : { saw: outcome.saw }
}
