/** What only deployers of processes promise: scale, environment, commands, draining, worker-only apps. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { noAddress, workerEnvironment, type BuildArtifact, type DeployConfig, type RuntimeConfig } from '@hop3/core'
import { expect, test } from 'vitest'
import { processArtifact } from './artifacts.ts'
import { askingAlong } from './asking-along.ts'
import { answers, runningOf, scalable, wantedOf, type Stage, type Staged } from './deployer-stage.ts'
import { request } from './http-request.ts'
import { untilBusy } from './process-sight.ts'
import { processesWith, type SeenProcess } from './processes.ts'
import type { ProxyStage } from './proxy-stage.ts'
import { workerMarker } from './test-host.ts'
import { actionable, failureOf } from './verdict-checks.ts'

export interface ProcessTests {
  /** Makes an artifact of the app of `processArtifact`, with parts of its runtime replaced. */
  readonly make: (directory: string, runtime?: Partial<RuntimeConfig>) => BuildArtifact | Promise<BuildArtifact>
  /** What core says that a worker finds in its environment, as far as it holds for this form. */
  readonly environment: (staged: Staged, worker: string) => Readonly<Record<string, string>>
}

/** For artifacts that are processes of the host. */
export const hostProcesses: ProcessTests = {
  make: processArtifact,
  environment: ({ artifact, context }, worker) => workerEnvironment({ artifact, context, worker }),
}

/** With `DeployerSuite.replaces`. */
type ReplacingTests = ProcessTests & {
  readonly replaces: boolean
  readonly keepsAddress: boolean
  /** What its apps say of deploying. */
  readonly config: DeployConfig
}

export function registerProcessTests(stage: Stage, tests: ReplacingTests): void {
  registerScaleTests(stage, tests)
  registerEnvironmentTests(stage, tests)
  registerEndTests(stage, tests)
}

function registerScaleTests(stage: Stage, tests: ReplacingTests): void {
  test('scales up and down from the scale of its context, leaving the others as they are', async () => {
    const staged = await stage()
    const worker = scalable(staged) ?? ''
    await staged.deployer().deploy()
    const first = await staged.deployer().status()
    await staged.deployer().scale({ [worker]: 2 })
    expect(await runningOf(staged.deployer()), 'as many run as are wanted').toEqual(wantedOf(staged, { [worker]: 3 }))
    expect(await staged.deployer().status(), 'those that ran before still run').toEqual(expect.arrayContaining([...first]))
    await staged.deployer({ scale: { [worker]: 3 } }).scale({ [worker]: -1 })
    expect(await runningOf(staged.deployer())).toEqual(wantedOf(staged, { [worker]: 2 }))
    expect(await staged.deployer().status()).toEqual(expect.arrayContaining([...first]))
  })

  const count = tests.replaces ? 1 : 3
  test(`has ${tests.replaces ? 'one address for all instances' : 'an address for every instance'}, and each answers`, async () => {
    const staged = await stage()
    const info = await staged.deployer({ scale: { web: 2 } }).deploy({ web: 1 })
    expect(info.upstreams).toHaveLength(count)
    expect(new Set(info.upstreams.map((upstream) => JSON.stringify(upstream))).size).toBe(count)
    expect(await answers(info)).toBe(true)
  })

  test('scales to zero and back', async () => {
    const staged = await stage()
    const worker = scalable(staged) ?? ''
    await staged.deployer().deploy()
    await staged.deployer().scale({ [worker]: -1 })
    expect(await runningOf(staged.deployer())).toEqual(wantedOf(staged, { [worker]: 0 }))
    await staged.deployer({ scale: { [worker]: 0 } }).scale({ [worker]: 1 })
    expect(await runningOf(staged.deployer())).toEqual(wantedOf(staged))
  })

  test('scaled to zero keeps protocol http, without upstreams: the app keeps its name', async () => {
    const { deployer } = await stage({ make: (directory) => tests.make(directory) })
    expect(await deployer().deploy()).toMatchObject({ protocol: 'http' })
    expect(await deployer().deploy({ web: -1 })).toEqual({ protocol: 'http', address: '', port: null, upstreams: [] })
  })

  test('runs an app without a web worker, which has no address', async () => {
    const staged = await stageWorkers(stage, tests, { clock: 'exec sleep 1000' })
    expect(await staged.deployer().deploy()).toEqual(noAddress)
    expect(await runningOf(staged.deployer())).toEqual(wantedOf(staged))
  })
}

function registerEnvironmentTests(stage: Stage, tests: ReplacingTests): void {
  const awkward = `a 'quoted' "value" with $HOME, \`id\`, back\\slash, %d, = and\na second line\n`

  test('gives a worker the environment core says, byte for byte, and nothing of its tools', async () => {
    const staged = await stageWorkers(
      stage,
      tests,
      { dump: 'env -0 > "$HOP3_DATA/seen"; exec sleep 1000' },
      { envVars: { PLAIN: 'from the artifact', BOTH: 'artifact' } },
      { AWKWARD: awkward, BOTH: 'operator', EMPTY: '' },
    )
    await staged.deployer().deploy()
    const seen = await environmentIn(join(staged.context.directories.data, 'seen'), staged)
    expect(seen, 'the environment is what core says').toMatchObject(tests.environment(staged, 'dump'))
    expect(seen, "the environment of a deployer's tools is not for workers").not.toHaveProperty('HOP3_TESTING_TOOLS')
  })

  test('runs a command as a worker would run and resolves to its exit code', async () => {
    const staged = await stageWorkers(stage, tests, { clock: 'exec sleep 1000' }, {}, { AWKWARD: awkward })
    expect(staged.deployer(), 'a deployer of processes runs commands').toHaveProperty('exec')
    const run = (command: string): Promise<number> | undefined => staged.deployer().exec?.(command, { stdio: 'lines' })
    expect(await run('env -0 > "$HOP3_DATA/seen" && pwd > "$HOP3_DATA/where"')).toBe(0)
    expect(await run('echo said by the command; exit 3')).toBe(3)
    expect(staged.host.events.map(({ text }) => text)).toContain('said by the command')
    const seen = await environmentIn(join(staged.context.directories.data, 'seen'), staged)
    expect(seen).toMatchObject({ AWKWARD: awkward, APP: 'shop', HOP3_RELEASE: staged.context.release.id })
    expect((await readFile(join(staged.context.directories.data, 'where'), 'utf8')).trim()).toBe(staged.artifact.runtime.workingDir)
    expect(await staged.deployer().status(), 'exec starts no worker').toEqual([])
  })

  test('shows no value of the environment in arguments or log', async () => {
    const secret = 'a-value-nobody-may-read'
    const staged = await stageWorkers(stage, tests, { clock: 'exec sleep 1000' }, {}, { SECRET: secret })
    await staged.deployer().deploy()
    const commands = (await processesWith(staged.host.directory)).map(({ command }) => command)
    expect(commands, 'the worker runs').not.toEqual([])
    expect(commands.join('\n')).not.toContain(secret)
    expect(JSON.stringify(staged.host.commands.map(({ args }) => args))).not.toContain(secret)
    expect(JSON.stringify(staged.host.events)).not.toContain(secret)
  })
}

function registerEndTests(stage: Stage, tests: ReplacingTests): void {
  const workers = ({ host }: Staged): Promise<readonly SeenProcess[]> => processesWith(`${workerMarker}=${host.directory}`)

  test('stop leaves no process of any worker, children of workers included', async () => {
    const staged = await stageWorkers(stage, tests, { parent: 'sleep 1000 & sleep 1000 & wait' })
    await staged.deployer().deploy()
    expect(await workers(staged)).not.toEqual([])
    await staged.deployer().stop()
    expect(await workers(staged)).toEqual([])
  })

  test('ends a worker that ignores SIGTERM after the stop timeout', async () => {
    const staged = await stageWorkers(stage, tests, { stubborn: "trap '' TERM; while :; do sleep 1; done" }, {}, {}, 1)
    await staged.deployer().deploy()
    expect(await workers(staged)).not.toEqual([])
    await staged.deployer().stop()
    expect(await workers(staged)).toEqual([])
  })

  test('lets requests under way finish when it retires', async () => {
    const old = await stage({ make: (directory) => tests.make(directory) })
    const info = await old.deployer().deploy()
    const next = await stage({ counter: 2, generation: 2, make: (directory) => tests.make(directory) }, old.host)
    const ask: ProxyStage['ask'] = (more) => request({ ...more, address: info.address, port: info.port, path: '/slow' })
    const deploy = async (): Promise<undefined> => void (await next.deployer().deploy())
    // Of those that are replaced, while it goes on.
    const seen = tests.replaces ? await askingAlong(ask, deploy) : await deploy()
    expect(seen?.failures ?? []).toEqual([])
    const slow = request({ address: info.address, port: info.port, path: '/slow' })
    await old.host.clock.sleep(200)
    await next.deployer().retire?.()
    expect(await slow).toMatchObject({ status: 200 })
    expect((await slow).body).toContain((tests.replaces ? next : old).context.release.id)
    // Where the address stays, the new one answers there.
    expect(await answers(info), 'the retired instance is gone').toBe(tests.keepsAddress)
  })

  test("shows the worker's last lines when it does not come up", async () => {
    const staged = await stageWorkers(stage, tests, { web: "echo 'broken by the contract' >&2; exit 3" }, { healthcheckTimeout: 5 })
    const error = await failureOf(() => staged.deployer().deploy())
    expect(error).toMatchObject(actionable(/^(deploy|health)\./))
    expect(`${error.message} ${JSON.stringify(error.details)}`).toContain('broken by the contract')
    expect(await workers(staged)).toEqual([])
  })

  test('leaves nothing when the signal aborts while it waits', async () => {
    const controller = new AbortController()
    const staged = await stageWorkers(stage, tests, { web: 'exec sleep 1000' })
    const deploying = staged
      .deployer({ signal: controller.signal })
      .deploy()
      .then(
        () => 'deployed',
        (thrown: unknown) => thrown,
      )
    expect(await untilBusy(() => workers(staged), deploying), 'a worker runs and is not healthy yet').toBe(true)
    controller.abort(new Error('stopped by the contract'))
    expect(await deploying).not.toBe('deployed')
    expect(await workers(staged)).toEqual([])
    expect(await staged.deployer().status()).toEqual([])
  })
}

/** An app of these shell workers. */
function stageWorkers(
  stage: Stage,
  { make, config }: ReplacingTests,
  workers: Readonly<Record<string, string>>,
  runtime: Partial<RuntimeConfig> = {},
  appEnv: Readonly<Record<string, string>> = {},
  stopTimeout = 10,
): Promise<Staged> {
  return stage({ make: (directory) => make(directory, { ...runtime, workers }), appEnv, config: { ...config, stopTimeout } })
}

/** What `env -0` wrote there, once it is complete. */
async function environmentIn(path: string, { host }: Staged): Promise<Readonly<Record<string, string>>> {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '')
    if (text.includes('HOP3_RELEASE=') && text.endsWith('\0')) {
      return Object.fromEntries(
        text
          .split('\0')
          .filter(Boolean)
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      )
    }
    await host.clock.sleep(20)
  }
}
