import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'

let commandLine: CommandLine
let url: string

beforeEach(async () => {
  commandLine = await createCommandLine()
  const app = join(commandLine.directory, 'app')
  await mkdir(app)
  await writeFile(join(app, 'Procfile'), 'web: node server.js\n')
  await writeFile(join(app, 'package.json'), '{"name":"app","version":"1.0.0"}')
  await writeFile(
    join(app, 'server.js'),
    "require('node:http').createServer((_, answer) => answer.end('hello')).listen(Number(process.env.PORT), '127.0.0.1')",
  )
  const { exitCode, stderr, result } = await commandLine.hop3(['deploy', app, '--json'])
  if (exitCode !== 0) throw new Error(stderr)
  url = `http://127.0.0.1:${String(result['port'])}/`
})
afterEach(() => commandLine.dispose(), 60_000)

const ask = async (): Promise<string> => (await fetch(url, { headers: { connection: 'close' } })).text()

it.each([
  ['proxy', 'proxy/server.json', 'The embedded proxy is gone'],
  ['Emperor', 'uwsgi/emperor.pid', 'The uWSGI Emperor is gone'],
])('a killed %s is named by ps with the command that brings it back', { timeout: 120_000 }, async (_, file, said) => {
  expect(await ask()).toBe('hello')
  const text = await readFile(join(commandLine.home, file), 'utf8')
  process.kill(Number(/\d+/.exec(text.replace(/^.*"pid":\s*/s, ''))?.[0]), 'SIGKILL')
  let shown = ''
  while (!shown.includes(said)) shown = (await commandLine.hop3(['ps'])).stdout
  expect(shown.trim().split('\n').at(-1)).toBe(`${said}, so app is not being served: \`hop3 start app\``)
  expect((await commandLine.hop3(['start', 'app'])).exitCode).toBe(0)
  expect(await ask()).toBe('hello')
  expect((await commandLine.hop3(['ps', '--json'])).result).toMatchObject({ apps: [{ isServed: true, outages: [] }] })
})

const isSkipped = !existsSync('/usr/sbin/nginx') && process.env['HOP3_REQUIRE'] !== 'all'

it.skipIf(isSkipped)(
  'an nginx whose main process was killed is told from one that serves nobody (needs: apt-get install nginx-light)',
  { timeout: 120_000 },
  async () => {
    const used = await commandLine.hop3(['proxy', 'use', 'nginx'])
    expect(used).toMatchObject({ exitCode: 0 })
    const text = await readFile(join(commandLine.home, 'proxy-nginx/server.json'), 'utf8')
    process.kill(Number(/"pid":(\d+)/.exec(text)?.[1]), 'SIGKILL')
    let shown = ''
    while (!shown.includes('has lost')) shown = (await commandLine.hop3(['ps'])).stdout
    expect(await ask()).toBe('hello')
    expect(shown.trim().split('\n').at(-1)).toBe(
      'The nginx proxy has lost its main process, so what it left answers for app, and no change reaches that: `hop3 start app`',
    )
    expect((await commandLine.hop3(['proxy'])).stdout).toContain('nginx has lost its main process')
    expect((await commandLine.hop3(['start', 'app'])).exitCode).toBe(0)
    expect(await ask()).toBe('hello')
    expect((await commandLine.hop3(['ps', '--json'])).result).toMatchObject({ apps: [{ isServed: true, outages: [] }] })
  },
)
