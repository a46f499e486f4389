import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning } from '@hop3/core/processes'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { versionedApps } from '../src/apps.ts'
import { createCommandLine, type CommandLine, type Fields } from '../src/command-line.ts'
import { startSteadyClient } from '../src/steady-client.ts'

let machine: CommandLine
beforeEach(async () => void (machine = await createCommandLine()))
afterEach(() => machine.dispose(), 60_000)

const page = '<h1>Back at ten</h1> é {env.HOME} $uri "\\ \r\n'

/** A version of one of the small apps that has a page of its own. */
async function write(name: string, version: string, more = ''): Promise<string> {
  const source = join(machine.directory, name)
  await versionedApps.find((app) => app.name === name)?.write(source, version)
  await writeFile(join(source, 'hop3.toml'), `[deploy]\nmaintenance-page = "503.html"\n${more}`)
  await writeFile(join(source, '503.html'), page)
  return source
}

async function hop3(...words: readonly string[]): Promise<Fields> {
  const { exitCode, result, stderr } = await machine.hop3([...words, '--json'])
  expect({ words, exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ words, exitCode: 0, stderr: '' })
  return result
}

async function answerAt(port: unknown): Promise<readonly [number, string | null, string]> {
  const answer = await fetch(`http://127.0.0.1:${Number(port)}/`, { headers: { connection: 'close' } })
  return [answer.status, answer.headers.get('retry-after'), await answer.text()]
}

it('shows the page of each app, through all that may come, until it is ended', { timeout: 240_000 }, async () => {
  const [source, site] = [await write('attached', 'v1'), await write('site', 'v1')]
  const { port } = await hop3('deploy', source)
  const { port: sitePort } = await hop3('deploy', site)
  const client = startSteadyClient({
    port: Number(port),
    requestsPerSecond: 50,
    paths: { quick: '/' },
    isRight: (answer) => /^v\d$/.test(answer),
  })
  const workers = (await hop3('ps', 'attached'))['workers']
  expect(await hop3('maintenance', 'on', 'attached')).toMatchObject({ app: 'attached', maintenance: true, changed: true })
  await hop3('maintenance', 'on', '--app', 'site')
  for (const one of [port, sitePort]) expect(await answerAt(one)).toEqual([503, '120', page])
  expect(await hop3('ps', 'attached')).toMatchObject({ apps: [{ maintenance: true, isServed: true }], workers })
  expect((await machine.hop3(['ps'])).stdout).toContain('attached is in maintenance')
  expect(await hop3('verify', 'site')).toMatchObject({ releases: [{ state: 'ok' }] })

  expect(await hop3('deploy', source)).toMatchObject({ changed: false, maintenance: true })
  await write('attached', 'v2')
  expect(await hop3('deploy', source)).toMatchObject({ changed: true, maintenance: true })
  await write('site', 'v2')
  expect(await hop3('deploy', site)).toMatchObject({ changed: true, maintenance: true })
  for (const one of [port, sitePort]) expect(await answerAt(one)).toEqual([503, '120', page])
  await hop3('maintenance', 'off', 'site')
  expect(await answerAt(sitePort)).toEqual([200, null, 'v2'])

  await hop3('env', 'set', 'attached', 'A=b')
  await hop3('scale', 'attached', '--to', 'web=2')
  expect(await hop3('rollback', 'attached')).toMatchObject({ maintenance: true })
  expect(await answerAt(port)).toEqual([503, '120', page])
  expect(await hop3('maintenance', 'off', 'attached')).toMatchObject({ maintenance: false, changed: true })
  expect(await answerAt(port)).toEqual([200, null, 'v1'])
  expect(await hop3('maintenance', 'off', 'attached')).toMatchObject({ changed: false })
  const failures = await client.stop()
  expect(failures.filter(({ saw }) => saw !== `503 ${page}`)).toEqual([])
  expect(failures.length).toBeGreaterThan(20)
})

it('asks a new release itself whether it is well, and not the page', { timeout: 120_000 }, async () => {
  const source = await write('attached', 'v1', '[run]\nhealthcheck = "/"\n')
  const { port } = await hop3('deploy', source)
  await hop3('maintenance', 'on', 'attached')
  await write('attached', 'v2', '[run]\nhealthcheck = "/"\n')
  expect(await hop3('deploy', source)).toMatchObject({ changed: true })
  await write('attached', 'v3', '[run]\nhealthcheck = "/"\nstart-timeout = 3\n')
  await writeFile(
    join(source, 'server.js'),
    "import { createServer } from 'node:http'\ncreateServer((_, a) => a.writeHead(500).end()).listen(process.env.PORT)",
  )
  const { exitCode, result } = await machine.hop3(['deploy', source, '--json'])
  expect([exitCode, result['code']]).toEqual([51, expect.stringMatching(/^health\./)])
  expect(await answerAt(port)).toEqual([503, '120', page])
  await hop3('maintenance', 'off', 'attached')
  expect(await answerAt(port)).toEqual([200, null, 'v2'])
})

it('comes back with the machine, and goes with a stop of the app', { timeout: 120_000 }, async () => {
  const { port } = await hop3('deploy', await write('attached', 'v1'))
  await hop3('maintenance', 'on', 'attached')
  await hop3('stop', '--all')
  await hop3('start', '--all')
  expect(await answerAt(port)).toEqual([503, '120', page])
  // A power failure: nothing runs, and nobody has told anybody.
  const pids = await Promise.all(['proxy/server.json', 'uwsgi/emperor.pid'].map(async (file) => readFile(join(machine.home, file), 'utf8')))
  for (const text of pids) {
    const pid = Number(/\d+/.exec(text.replace(/^.*"pid":\s*/s, ''))?.[0])
    process.kill(pid, 'SIGKILL')
    await expect.poll(() => isRunning(pid)).toBe(false)
  }
  await rm(join(machine.home, 'run'), { recursive: true, force: true })
  await hop3('start', '--all')
  expect(await answerAt(port)).toEqual([503, '120', page])
  await hop3('stop', 'attached')
  expect(await hop3('start', 'attached')).toMatchObject({ maintenance: false })
  expect(await answerAt(port)).toEqual([200, null, 'v1'])
})

it('says what it cannot do, and does nothing then', { timeout: 60_000 }, async () => {
  const refused = async (...words: readonly string[]): Promise<readonly unknown[]> => {
    const { exitCode, result } = await machine.hop3([...words, '--json'])
    return [exitCode, result['code']]
  }
  await hop3('deploy', await write('site', 'v1'))
  expect(await refused('maintenance')).toEqual([2, 'usage.missing-operand'])
  expect(await refused('maintenance', 'site')).toEqual([2, 'usage.bad-value'])
  expect(await refused('maintenance', 'on', 'other')).toEqual([2, 'usage.unknown-app'])
  await hop3('stop', 'site')
  expect(await refused('maintenance', 'on', 'site')).toEqual([50, 'deploy.stopped'])
  await rm(join(machine.directory, 'site/503.html'))
  expect(await refused('deploy', join(machine.directory, 'site'))).toEqual([10, 'config.maintenance-page'])
})

const programs = ['/usr/sbin/nginx', '/usr/bin/caddy']
const isSkipped = process.env['HOP3_REQUIRE'] !== 'all' && !programs.every((path) => existsSync(path))

describe.skipIf(isSkipped)('from one proxy to another (needs: apt-get install nginx-light caddy)', () => {
  it('takes the page along', { timeout: 120_000 }, async () => {
    const { port } = await hop3('deploy', await write('attached', 'v1'))
    await hop3('maintenance', 'on', 'attached')
    for (const to of ['nginx', 'caddy', 'embedded', 'caddy', 'nginx']) {
      await hop3('proxy', 'use', to)
      expect([to, ...(await answerAt(port))]).toEqual([to, 503, '120', page])
      expect(await hop3('deploy', join(machine.directory, 'attached'))).toMatchObject({ changed: false, maintenance: true })
    }
    await hop3('maintenance', 'off', 'attached')
    expect(await answerAt(port)).toEqual([200, null, 'v1'])
  })
})
