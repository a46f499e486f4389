import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'

let commandLine: CommandLine
let site: string

beforeEach(async () => {
  commandLine = await createCommandLine()
  site = join(commandLine.directory, 'site')
  await mkdir(join(site, 'public'), { recursive: true })
  await writeFile(join(site, 'public/index.html'), 'hello')
  await writeFile(join(site, 'Procfile'), 'static: public\n')
})
afterEach(() => commandLine.dispose(), 60_000)

it('writes down every request when HOP3_ACCESS_LOG says so', { timeout: 60_000 }, async () => {
  const { exitCode, result } = await commandLine.hop3(['deploy', site, '--json'], { env: { HOP3_ACCESS_LOG: '1' } })
  expect(exitCode).toBe(0)
  expect(await (await fetch(`http://127.0.0.1:${String(result['port'])}/`)).text()).toBe('hello')
  const path = join(commandLine.home, 'logs/proxy-access.log')
  let log = ''
  // The proxy is asked as well when it has been told something new.
  while (!log.includes('"GET 127.0.0.1')) log = await readFile(path, 'utf8').catch(() => '')
  expect(log).toMatch(/ 127\.0\.0\.1 "GET 127\.0\.0\.1:\d+ \/" 200 \d+ms$/m)
})

it(
  'refuses a proxy that is not installed before it builds or starts anything, of an app that serves, too',
  { timeout: 60_000 },
  async () => {
    const env = { HOP3_PROXY: 'traefik' }
    const first = await commandLine.hop3(['deploy', site, '--json'], { env })
    expect(first).toMatchObject({ result: { code: 'select.proxy.unknown' } })
    expect(await readdir(join(commandLine.home, 'apps/site/releases')).catch(() => [])).toEqual([])
    expect((await commandLine.hop3(['deploy', site])).exitCode).toBe(0)
    const again = await commandLine.hop3(['deploy', site, '--json'], { env })
    expect(again).toMatchObject({ result: { code: 'select.proxy.unknown' } })
    const restarted = await commandLine.hop3(['restart', 'site', '--json'], { env })
    expect(restarted.result).toMatchObject({ code: 'select.proxy.unknown' })
    expect((await commandLine.hop3(['ps', '--json'])).result).toMatchObject({ apps: [{ app: 'site', isServed: true }] })
  },
)

it('says whose a host name is before anything is built, and where it was written', { timeout: 60_000 }, async () => {
  await writeFile(join(site, 'hop3.toml'), '[domains]\nlist = ["www.example.com"]\n')
  expect((await commandLine.hop3(['deploy', site])).exitCode).toBe(0)
  const { exitCode, result } = await commandLine.hop3(['deploy', site, '--app', 'other', '--json'])
  expect(exitCode).toBe(50)
  expect(result).toMatchObject({
    code: 'deploy.proxy.host-taken',
    message: expect.stringMatching(/^hop3\.toml:2:1: Cannot route other: the host name www\.example\.com belongs to the app site\.$/),
  })
  expect(await readdir(join(commandLine.home, 'apps/other/releases')).catch(() => [])).toEqual([])
})
