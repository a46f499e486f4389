// What a user wrote — values, names, commands — reaches a worker of a real uWSGI byte for byte, or is refused with the reason.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyDeployConfig, isHop3Error, type Deployer, type DeploymentContext } from '@hop3/core'
import { deploymentContextFor, processArtifact, releaseOf, testHost, randomFrom } from '@hop3/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { uwsgiDeployer } from '../src/index.ts'
import { readProcesses } from '../src/process-table.ts'
import { checkEnvironment } from '../src/start-script.ts'
import { wantedInstances } from '../src/wanted-instances.ts'
import { flavorNames, isSkipped, need, openFlavor, type Flavor } from './flavors.ts'
import { distinctNames, distinctValues, hostileEnvironment, hostileValue } from './hostile-values.ts'

/** Stays for as long as the test runs; `mv` makes what it dumped appear at once. */
const dumped = (what: string): string =>
  `{ ${what}; } > "$HOP3_DATA/$PROC_TYPE.part"; mv "$HOP3_DATA/$PROC_TYPE.part" "$HOP3_DATA/$PROC_TYPE"`

for (const [index, name] of flavorNames.entries()) {
  describe.skipIf(isSkipped(name))(`under the ${name} uWSGI${need(name)}`, { timeout: 120_000 }, () => {
    registerTests(name, index * 100)
  })
}

function registerTests(name: Flavor['name'], seed: number): void {
  let flavor: Awaited<ReturnType<typeof openFlavor>>
  beforeAll(async () => {
    flavor = await openFlavor(name)
  })
  afterAll(() => flavor.close())

  test('10 000 values reach a command byte for byte, and nothing else of the host does', async () => {
    const host = await flavor.host()
    const appEnv = hostileEnvironment(10_000, seed + 1)
    const { deployer, context } = await release(host, { dump: `${dumped('env -0')}; exec sleep 1000` }, { appEnv })
    await deployer.deploy()
    const seen = parseEnvironment(await readFile(join(context.directories.data, 'dump')))
    expectSame(seen, appEnv)
    const others = [...seen.keys()].filter((key) => !(key in appEnv) && !(key in context.baseEnv))
    expect(others.toSorted()).toEqual(['APP', 'BIND_ADDRESS', 'HOP3_DATA', 'HOP3_INSTANCE', 'HOP3_RELEASE', 'PROC_TYPE', 'PWD'])
    await deployer.stop()
    expect(await readdir(join(host.home, 'uwsgi', 'instances'))).toEqual([])
    expect(await readdir(join(host.home, 'uwsgi', 'vassals'))).toEqual([])
    expect((await readProcesses()).filter(({ instance, emperor }) => `${instance}${emperor}`.startsWith(host.home))).toEqual([])
  })

  test('10 000 values reach the environment of an app inside uWSGI', async () => {
    const appEnv = hostileEnvironment(10_000, seed + 2)
    const { deployer } = await release(await flavor.host(), { wsgi: 'app:application' }, { appEnv })
    const { port } = await deployer.deploy()
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    expectSame(parseEnvironment(Buffer.from(await answer.arrayBuffer())), appEnv)
  })

  test('2 000 arguments in commands that are hostile themselves, of workers with generated names, reach the workers', async () => {
    const random = randomFrom(seed + 3)
    const names = distinctNames(1000, seed + 4).filter((one) => isWorkerName(one) && !/^(cron.*|web|wsgi|static)$/.test(one))
    // Quoted, 100 kB would be longer than a command can be.
    const values = distinctValues(2001, seed + 5).filter((one) => one.length < 100_000)
    const each = Object.fromEntries(names.slice(0, 20).map((worker, index) => [worker, values.filter((_, at) => at % 20 === index)]))
    const workers = Object.fromEntries(
      Object.entries(each).map(([worker, args]) => [
        worker,
        // A shell reads the lines of a command one by one: it never gets to the last ones.
        `${dumped(`cat "/proc/$$/cmdline"; printf '%s\\0' "$PROC_TYPE" ${args.map(quoted).join(' ')}`)}\nexec sleep 1000\n` +
          Array.from({ length: 30 }, () => hostileValue(random)).join('\n'),
      ]),
    )
    const { deployer, context } = await release(await flavor.host(), workers, { appName: `a${'-0'.repeat(31)}` })
    await deployer.deploy()
    expect(Object.keys(each)).toHaveLength(20)
    for (const [worker, args] of Object.entries(each)) {
      const seen = await readFile(join(context.directories.data, worker), 'utf8')
      expect(seen.split('\0')).toEqual(['/bin/sh', '-c', workers[worker], worker, ...args, ''])
    }
  })

  test('those of 2 000 generated names that variables can have reach the command; the others are refused', async () => {
    const names = distinctNames(2000, seed + 6)
    const taken = names.filter((one) => refusal(() => checkEnvironment({ [one]: 'x' }, shop, { inUwsgi: false })) === 'taken')
    expect(taken).toEqual(names.filter(isVariableName))
    const appEnv = Object.fromEntries(taken.map((one) => [one, `value of ${one}`]))
    const { deployer, context } = await release(await flavor.host(), { dump: `${dumped('env -0')}; exec sleep 1000` }, { appEnv })
    await deployer.deploy()
    expectSame(parseEnvironment(await readFile(join(context.directories.data, 'dump'))), appEnv)
  })

  test.each([
    ['a value', 'NUL', { A: 'x\0y' }, 'x', 'deploy.uwsgi.env-value'],
    ['a value', 'half of a surrogate pair', { A: 'x\udc80' }, 'x', 'deploy.uwsgi.env-value'],
    ['a value', '131071', { A: 'x'.repeat(131_072) }, 'x', 'deploy.uwsgi.env-value'],
    ['a command', 'NUL', {}, 'x\0y', 'deploy.uwsgi.command'],
    ['a command', 'half of a surrogate pair', {}, 'x\ud800', 'deploy.uwsgi.command'],
    ['a command', '131071', {}, 'x'.repeat(131_072), 'deploy.uwsgi.command'],
    ['a name', 'letters, digits and underscores', { 'A\nexec = id': '' }, 'x', 'deploy.uwsgi.env-name'],
  ])('%s no process can be given (%s) is refused before anything is started', async (_, reason, appEnv, command, code) => {
    const host = await flavor.host()
    const { deployer } = await release(host, { dump: command }, { appEnv })
    await expect(deployer.deploy()).rejects.toMatchObject({
      code,
      message: expect.stringContaining(reason),
      hint: expect.stringMatching(/\S/),
    })
    expect((await readProcesses()).filter(({ emperor }) => emperor.startsWith(host.home))).toEqual([])
  })
}

test('2 000 generated names of workers and apps are refused, or are names', async () => {
  const host = await testHost()
  const context = await deploymentContextFor(host)
  const artifact = await processArtifact(context.release.path)
  const runs = (workers: Workers, appName: string) => () =>
    wantedInstances({ ...context, appName }, { ...artifact, runtime: { ...artifact.runtime, workers } })
  const names = distinctNames(1000, 7)
  const outcomes = names.map((name) => [name, refusal(runs({ [name]: 'x' }, 'shop')), refusal(runs({ web: 'x' }, name))])
  expect(outcomes).toEqual(
    names.map((name) => [
      name,
      isWorkerName(name) ? 'taken' : 'config.worker-name is not a worker name.',
      /^[a-z][a-z0-9-]{0,62}$/.test(name) ? 'taken' : 'config.app-name is not an app name.',
    ]),
  )
})

type Workers = Readonly<Record<string, string>>
type Host = Awaited<ReturnType<Flavor['host']>>

async function release(
  host: Host,
  workers: Workers,
  given: Partial<DeploymentContext>,
): Promise<{ readonly deployer: Deployer; readonly context: DeploymentContext }> {
  const config = { ...emptyDeployConfig, stopTimeout: 3 }
  const context = await deploymentContextFor(host, { release: releaseOf(host, 1), config, env: host.tools, ...given })
  const artifact = await processArtifact(context.release.path, { workers, healthcheckTimeout: 30 })
  await writeFile(join(context.release.path, 'app.py'), application)
  const deployer = uwsgiDeployer.create(context, artifact)
  onTestFinished(() => deployer.stop())
  return { deployer, context }
}

/** Answers what `env -0` would print. */
const application = `import os
def application(environ, start_response):
    body = b''.join(name + b'=' + value + b'\\0' for name, value in os.environb.items())
    start_response('200 OK', [('Content-Length', str(len(body)))])
    return [body]
`

const shop = { app: 'shop', worker: 'dump' }
const isWorkerName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(text)
/** Not those that a shell sets: none of them is generated. */
const isVariableName = (text: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && text !== '_'

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'"'"'`)}'`
}

/** The code of the error and what it says of the name, which comes before it, when it has a hint; `taken` when there is none. */
function refusal(work: () => unknown): string {
  try {
    work()
    return 'taken'
  } catch (error) {
    if (!isHop3Error(error) || !error.hint) throw error
    return `${error.code} ${error.message.slice(error.message.lastIndexOf('"') + 2)}`
  }
}

/** Byte for byte; says which values differ, not all of them. */
function expectSame(seen: ReadonlyMap<string, Buffer>, wanted: Readonly<Record<string, string>>): void {
  const different = Object.entries(wanted).filter(([name, value]) => seen.get(name)?.equals(Buffer.from(value)) !== true)
  expect(different.slice(0, 3)).toEqual([])
  expect(different).toHaveLength(0)
}

function parseEnvironment(bytes: Buffer): ReadonlyMap<string, Buffer> {
  const lines = bytes.toString('latin1').split('\0').filter(Boolean)
  return new Map(lines.map((line) => [line.slice(0, line.indexOf('=')), Buffer.from(line.slice(line.indexOf('=') + 1), 'latin1')] as const))
}
