import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { emptyDeployConfig, type Deployer, type DeploymentContext, type DeploymentInfo, type RuntimeConfig } from '@hop3/core'
import { deploymentContextFor, killAtOnce, processArtifact, releaseOf, testHost, type TestHost } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { uwsgiDeployer } from '../src/index.ts'
import { instanceFile } from '../src/layout.ts'
import { readProcesses } from '../src/process-table.ts'
import { isSkipped, need } from './flavors.ts'

const node = `exec '${process.execPath}'`
const listen = (code: string): string => `${node} -e "${code}"`

describe.skipIf(isSkipped('distribution'))(`attached commands${need('distribution')}`, { timeout: 60_000 }, () => {
  test('an app on $HOP3_SOCKET is found there', async () => {
    const { deployer, context } = await release(await testHost(), 1, {
      web: listen("require('http').createServer((q,s)=>s.end('ok')).listen(process.env.HOP3_SOCKET)"),
    })
    const info = await deployer.deploy()
    expect(info).toMatchObject({ protocol: 'http', port: null, address: expect.stringContaining(context.directories.run) })
    expect(await get(info)).toBe('ok')
    await deployer.stop()
    expect(await readdir(context.directories.run)).toEqual([])
  })

  test.each([
    ['exits', 'echo the last words >&2; exit 3', 'health.exited', 'exit code 3', 'the last words'],
    [
      'listens elsewhere',
      listen("require('http').createServer().listen(0,'127.0.0.1',function(){console.log('at',this.address().port)})"),
      'health.wrong-port',
      'instead of',
      'at ',
    ],
    [
      'answers with 500',
      listen(
        "require('http').createServer((q,s)=>{console.log('got',q.url);s.statusCode=500;s.end()}).listen(process.env.PORT,'127.0.0.1')",
      ),
      'health.status',
      'status 500',
      'got /up',
    ],
    ['does nothing', 'echo thinking; exec sleep 1000', 'health.timeout', 'no connection', 'thinking'],
  ])('an app that %s is told apart, and leaves nothing', async (_, web, code, said, logged) => {
    const host = await testHost()
    const { deployer } = await release(host, 1, { web }, {}, { healthcheckPath: '/up', healthcheckTimeout: 2 })
    const failure: unknown = await deployer.deploy().catch((error: unknown) => error)
    expect(failure).toMatchObject({ code, hint: expect.stringMatching(/\S/), details: { worker: 'web', ordinal: 1 } })
    expect(String(failure)).toContain(said)
    expect(String(failure)).toContain(logged)
    expect(await deployer.status()).toEqual([])
    expect(await readdir(join(host.home, 'uwsgi', 'instances'))).toEqual([])
  })

  test('a port that a worker of another home has taken meanwhile is not the app’s', async () => {
    const host = await testHost()
    const serve = "require('http').createServer((q,s)=>s.end('ours')).listen(process.env.PORT,'127.0.0.1')"
    const { deployer, context } = await release(host, 1, { web: listen(`setTimeout(()=>{${serve}},1000)`) })
    const port = await context.reservePort('web.1')
    const code = `require('http').createServer((q,s)=>s.end('theirs')).listen(${port},'127.0.0.1',()=>console.log('up'))`
    const other = spawn(process.execPath, ['-e', code], {
      env: { HOP3_INSTANCE: '/elsewhere/web.1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    onTestFinished(() => void other.kill())
    await once(other.stdout, 'data')
    await expect(deployer.deploy()).rejects.toMatchObject({ code: 'health.exited', message: expect.stringContaining('EADDRINUSE') })
    expect(await deployer.status()).toEqual([])
  })

  test('an app that is silent and slow is told so, whatever the Emperor has logged, with the key that gives it more time', async () => {
    const host = await testHost()
    const first = await release(host, 1, { web: `${node} server.mjs` })
    await first.deployer.deploy()
    const log = join(host.home, 'uwsgi', 'emperor.log')
    await appendFile(log, "somebody else's last words\n")
    const { deployer } = await release(host, 2, { web: 'exec sleep 1000' }, {}, { healthcheckTimeout: 2 })
    const failing = deployer.deploy().catch((error: unknown) => error)
    await until(host, async () => (await readFile(log, 'utf8')).includes('@2.ini has been spawned'))
    await appendFile(log, 'emperor_stop()/write(): Broken pipe [core/emperor.c line 743]\n')
    const failure = await failing
    expect(failure).toMatchObject({
      code: 'health.timeout',
      hint: expect.stringMatching(/start-timeout under \[run\].* If it is no server, .*`worker: exec sleep 1000` in Procfile\./),
    })
    expect(String(failure)).toMatch(/It has logged nothing\.$/)
  })

  test.each([
    ['exit 7', 'Run its command in a shell to see what it does: "exit 7"'],
    ['exit 0', 'A worker has to stay: '],
  ])('a worker that ends without a word (%s) is told so', async (queue, hint) => {
    const { deployer } = await release(await testHost(), 1, { queue })
    const failure: unknown = await deployer.deploy().catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'health.exited', hint: expect.stringContaining(hint) })
    expect(String(failure)).toMatch(/It has logged nothing\.$/)
  })

  test('a worker without an address that keeps ending is refused', async () => {
    const { deployer } = await release(await testHost(), 1, { queue: 'sleep 0.2; echo no broker; exit 7' })
    await expect(deployer.deploy()).rejects.toMatchObject({ code: 'health.exited', details: { worker: 'queue', exitCode: 7 } })
  })

  test('a worker without an address has to prove itself in every release and with every environment', async () => {
    const host = await testHost()
    const clock = '[ "$MODE" != broken ] || { sleep 0.5; exit 3; }; [ ! -e "$HOP3_DATA/away" ] || exit 4; exec sleep 1000'
    const broken = { appEnv: { MODE: 'broken' } }
    const refused = (exitCode: number): object => ({ code: 'health.exited', details: { worker: 'clock', exitCode } })
    const first = await release(host, 1, { clock }, broken)
    await expect(first.deployer.deploy()).rejects.toMatchObject(refused(3))
    await (await release(host, 1, { clock })).deployer.deploy()
    // It has settled by now: the same again needs less time, anything else does not.
    const again = await release(host, 1, { clock }, { generation: 2 })
    await again.deployer.deploy()
    expect(await readdir(join(host.home, 'uwsgi', 'settled'))).toHaveLength(1)
    await expect((await release(host, 1, { clock }, { ...broken, generation: 3 })).deployer.deploy()).rejects.toMatchObject(refused(3))
    await expect((await release(host, 2, { clock }, broken)).deployer.deploy()).rejects.toMatchObject(refused(3))
    await writeFile(join(again.context.directories.data, 'away'), '')
    await expect((await release(host, 1, { clock }, { generation: 4 })).deployer.deploy()).rejects.toMatchObject(refused(4))
  })

  test('what has settled is forgotten with the release, and when the app is stopped', async () => {
    const host = await testHost()
    const settled = join(host.home, 'uwsgi', 'settled')
    const old = await release(host, 1, { clock: 'exec sleep 1000' })
    await old.deployer.deploy()
    const next = await release(host, 2, { clock: 'exec sleep 1000' })
    await next.deployer.deploy()
    expect(await readdir(settled)).toHaveLength(2)
    await rm(old.context.release.path, { recursive: true })
    const last = await release(host, 3, { clock: 'exec sleep 1000' })
    await last.deployer.deploy()
    expect((await readdir(settled)).map((name) => name.split('@')[2])).toEqual([releaseOf(host, 2).id, releaseOf(host, 3).id])
    await last.deployer.stop()
    expect(await readdir(settled)).toEqual([])
  })

  test('an app that starts slowly is waited for', async () => {
    const { deployer } = await release(await testHost(), 1, { web: `sleep 2; ${node} server.mjs` })
    expect(await get(await deployer.deploy())).toContain('r000001')
  })

  test.each([
    ['app', `${node} server.mjs`],
    ['app, which its shell started,', `${process.execPath} server.mjs; echo over`],
    ['supervisor', `${node} server.mjs`],
  ])('when the %s is killed, the app runs again, once', async (victim, web) => {
    const host = await testHost()
    const { deployer } = await release(host, 1, { web })
    const info = await deployer.deploy()
    const pid = (await deployer.status())[0]?.pid ?? 0
    expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).toBe(`${process.execPath}\0server.mjs\0`)
    const before = await serversOf(host)
    const supervisor = (await readProcesses()).find((one) => one.pid === pid)?.session ?? 0
    process.kill(victim === 'supervisor' ? supervisor : pid, 'SIGKILL')
    await until(host, async () => {
      const [after] = await deployer.status()
      return (await get(info)).includes('r000001') && after?.pid !== pid && (await serversOf(host)).includes(after?.pid ?? 0)
    })
    expect(await serversOf(host)).toHaveLength(1)
    expect(before).toEqual([pid])
    expect(await deployer.status()).toMatchObject([{ worker: 'web', state: 'running' }])
  })

  test('an app on $HOP3_SOCKET answers again after it was killed', async () => {
    const host = await testHost()
    const code = "require('http').createServer((q,s)=>s.end(''+process.pid)).listen(process.env.HOP3_SOCKET)"
    const { deployer } = await release(host, 1, { web: listen(code) })
    const info = await deployer.deploy()
    const before = await get(info)
    process.kill(Number(before), 'SIGKILL')
    await until(host, async () => (await get(info)) !== before)
    expect(await deployer.status()).toMatchObject([{ state: 'running' }])
  })

  test('after its Emperor was killed, deploying brings everything back', async () => {
    const host = await testHost()
    const { deployer } = await release(host, 1, { web: `${node} server.mjs`, clock: 'exec sleep 1000' })
    const info = await deployer.deploy()
    await killAtOnce(Number(await readFile(join(host.home, 'uwsgi', 'emperor.pid'), 'utf8')))
    expect(await deployer.deploy()).toEqual(info)
    expect(await get(info)).toContain('r000001')
    expect((await deployer.status()).map(({ worker, state }) => `${worker} ${state}`)).toEqual(['clock running', 'web running'])
  })

  test('an instance whose record is damaged finishes what it does before it starts anew; an unreadable one is left alone', async () => {
    const host = await testHost()
    const code =
      "require('http').createServer((q,s)=>{console.log('asked');setTimeout(()=>s.end('ok'),1500)}).listen(process.env.PORT,'127.0.0.1')"
    const { deployer, context } = await release(host, 1, { web: listen(code) })
    const info = await deployer.deploy()
    const before = (await deployer.status())[0]?.pid
    const instances = join(host.home, 'uwsgi', 'instances')
    const record = join(instances, (await readdir(instances))[0] ?? '', instanceFile.record)
    const text = await readFile(record, 'utf8')
    await rm(record)
    await mkdir(record)
    await expect(deployer.deploy()).rejects.toThrow('EISDIR')
    await rm(record, { recursive: true })
    await writeFile(record, text)
    expect((await deployer.status())[0]?.pid).toBe(before)
    await writeFile(record, '{')
    const answer = get(info)
    await until(host, async () => (await readFile(join(context.directories.logs, 'web.1.log'), 'utf8')).includes('asked'))
    const [again, answered] = await Promise.all([deployer.deploy(), answer])
    expect(answered).toBe('ok')
    expect(again).toEqual(info)
    expect((await deployer.status())[0]?.pid).not.toBe(before)
  })

  test('the cron worker of one release runs at a time, and comes back when the next release fails', async () => {
    const host = await testHost()
    const workers = { web: `${node} server.mjs`, cron: '* * * * * echo tick >> "$HOP3_DATA/ticks"' }
    const crons = async (deployer: Deployer): Promise<readonly string[]> =>
      (await deployer.status()).filter((one) => one.worker === 'cron' && one.state === 'running').map(({ release }) => release)
    const began = Date.now()
    const old = await release(host, 1, workers)
    await old.deployer.deploy()
    await until(host, async () => (await readFile(join(old.context.directories.data, 'ticks'), 'utf8')) === 'tick\n')
    const broken = await release(host, 2, { ...workers, web: 'exit 1' })
    await expect(broken.deployer.deploy()).rejects.toMatchObject({ code: 'health.exited' })
    expect(await crons(old.deployer)).toEqual([releaseOf(host, 1).id])
    const next = await release(host, 3, workers)
    await next.deployer.deploy()
    expect(await crons(next.deployer)).toEqual([releaseOf(host, 3).id])
    await old.deployer.deploy()
    await old.deployer.retire?.()
    const minutes = Math.ceil((Date.now() - began) / 60_000) + 1
    expect((await readFile(join(old.context.directories.data, 'ticks'), 'utf8')).split('\n').length - 1).toBeLessThanOrEqual(minutes)
    expect(await crons(old.deployer)).toEqual([releaseOf(host, 1).id])
    expect((await old.deployer.status()).map(({ release }) => release)).toEqual([releaseOf(host, 1).id, releaseOf(host, 1).id])
  })

  test('cron workers come back when only some of them could be stopped, and the reason is told', async () => {
    const host = await testHost()
    const workers = { cron: '* * * * * true', 'cron-b': '* * * * * true' }
    const old = await release(host, 1, workers)
    await old.deployer.deploy()
    const { id } = releaseOf(host, 1)
    const vassals = join(host.home, 'uwsgi', 'vassals')
    // Something that cannot be removed as a file is.
    await mkdir(join(vassals, `${old.context.appName}@cron-z@1@${id}@1.ini`))
    const next = await release(host, 2, workers)
    await expect(next.deployer.deploy()).rejects.toThrow(/cron-z/)
    const running = async (): Promise<readonly string[]> =>
      (await old.deployer.status()).filter(({ state }) => state === 'running').map(({ worker, release: of }) => `${worker} ${of}`)
    await until(host, async () => (await running()).length > 1)
    expect(await running()).toEqual([`cron ${id}`, `cron-b ${id}`])
    await rm(join(vassals, `${old.context.appName}@cron-z@1@${id}@1.ini`), { recursive: true })
  })

  test('a cron line that is none is refused before anything runs', async () => {
    const { deployer } = await release(await testHost(), 1, { web: `${node} server.mjs`, cron: '5/2 * * * * x' })
    await expect(deployer.accept()).rejects.toMatchObject({
      code: 'deploy.uwsgi.cron',
      message: expect.stringContaining('"5/2" as its minute'),
    })
  })

  test('no request fails while generations follow each other', async () => {
    const host = await testHost()
    let info = await (await release(host, 1, { web: `${node} server.mjs` })).deployer.deploy()
    const failures: unknown[] = []
    let answered = 0
    const over = new AbortController()
    const client = async (): Promise<void> => {
      while (!over.signal.aborted)
        await get(info).then(
          () => answered++,
          (error: unknown) => failures.push(error),
        )
    }
    const clients = [client(), client(), client()]
    for (let counter = 2; counter <= 4; counter++) {
      const { deployer } = await release(host, counter, { web: `${node} server.mjs` })
      info = await deployer.deploy()
      await deployer.retire?.()
    }
    over.abort()
    await Promise.all(clients)
    expect(failures).toEqual([])
    expect(answered).toBeGreaterThan(100)
  })

  test('runs several lines, in the app directory, with workers of any name', async () => {
    const { deployer, context } = await release(await testHost(), 1, {
      'A.b_c-1': 'pwd > "$HOP3_DATA/where"\necho "$PROC_TYPE" >> "$HOP3_DATA/where"\nexec sleep 1000',
    })
    await deployer.deploy()
    expect(await readFile(join(context.directories.data, 'where'), 'utf8')).toBe(`${context.release.path}\nA.b_c-1\n`)
  })
})

async function release(
  host: TestHost,
  counter: number,
  workers: Readonly<Record<string, string>>,
  given: Partial<DeploymentContext> = {},
  runtime: Partial<RuntimeConfig> = {},
): Promise<{ readonly deployer: Deployer; readonly context: DeploymentContext }> {
  const config = { ...emptyDeployConfig, stopTimeout: 3 }
  const context = await deploymentContextFor(host, { release: releaseOf(host, counter), generation: counter, config, ...given })
  const artifact = await processArtifact(context.release.path, { workers, ...runtime })
  const deployer = uwsgiDeployer.create(context, artifact)
  onTestFinished(() => deployer.stop())
  return { deployer, context }
}

function get({ address, port }: DeploymentInfo): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = port === null ? { socketPath: address } : { host: address, port }
    const asking = request({ ...options, path: '/', agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('error', reject)
      response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(`status ${response.statusCode}`))))
    })
    asking.on('error', reject)
    asking.end()
  })
}

/** The processes of all instances that are the app itself. */
async function serversOf(host: TestHost): Promise<readonly number[]> {
  const ours = (await readProcesses()).filter(({ instance }) => instance.startsWith(host.home))
  const lines = await Promise.all(ours.map(({ pid }) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  return ours.filter((_, index) => lines[index] === `${process.execPath}\0server.mjs\0`).map(({ pid }) => pid)
}

async function until(host: TestHost, condition: () => Promise<boolean>): Promise<void> {
  for (let left = 200; left > 0; left--) {
    if (await condition().catch(() => false)) return
    await host.clock.sleep(50)
  }
  throw new Error('It did not come true.')
}
