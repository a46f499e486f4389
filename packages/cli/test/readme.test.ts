import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@hop3/testing'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { hop3Command } from '../../../scripts/hop3-command.ts'
import { runCommand, type Finished } from './hop3-process.ts'

// Each test runs the command many times.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let root = ''
let env: Readonly<Record<string, string>> = {}
const hop3 = (words: readonly string[]): Promise<Finished> => runCommand(hop3Command(words), { cwd: join(root, 'blog'), env })

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hop3-readme-'))
  env = { PATH: process.env['PATH'] ?? '', HOME: root, HOP3_HOME: join(root, 'home'), HOP3_LISTEN: `127.0.0.1:${await freePort()}` }
  await mkdir(join(root, 'blog'))
  await writeFile(join(root, 'blog/index.html'), '<h1>Hello</h1>')
})
afterEach(async () => {
  await hop3(['stop', '--all'])
  await rm(root, { recursive: true, force: true })
})

test('the commands of the README, in their order, lead to a page', async () => {
  const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
  const lines = [...readme.matchAll(/^ {4}hop3 ([a-z]+)\b/gm)].map((match) => match[1] ?? '')
  expect(lines).toEqual(['detect', 'plan', 'deploy', 'ps'])
  for (const line of lines) expect(await hop3([line])).toMatchObject({ exitCode: 0 })
  const { workers, apps } = JSON.parse((await hop3(['ps', '--json'])).stdout)
  expect(workers).toMatchObject([{ app: 'blog', worker: 'static', state: 'running' }])
  const response = await fetch(`http://127.0.0.1:${apps[0].port}/`)
  expect(await response.text()).toBe('<h1>Hello</h1>')
})

test('this home’s own proxy is known to doctor, and stop --all leaves nothing that answers', async () => {
  await hop3(['deploy'])
  const { apps } = JSON.parse((await hop3(['ps', '--json'])).stdout)
  expect((await hop3(['doctor'])).stdout).toMatch(/is in use by this home's proxy \(pid \d+\)/)
  expect(await hop3(['stop', '--all'])).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^Stopped blog, the proxy \(pid \d+\)\.\n$/),
  })
  await expect(fetch(`http://127.0.0.1:${apps[0].port}/`)).rejects.toThrow('fetch failed')
  await expect(fetch(`http://${env['HOP3_LISTEN']}/`)).rejects.toThrow('fetch failed')
  expect(await hop3(['stop', '--all'])).toMatchObject({ exitCode: 0, stdout: 'There is nothing to stop.\n' })
})

test('start --all brings back what stop --all ended, and neither minds an app that was never deployed', async () => {
  await hop3(['deploy'])
  expect(await hop3(['env', 'set', 'shop', 'A=b'])).toMatchObject({ exitCode: 0 })
  expect(await hop3(['ps'])).toMatchObject({ exitCode: 0 })
  expect(await hop3(['stop', '--all'])).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Stopped blog(?!.*shop)/) })
  const started = await hop3(['start', '--all', '--json'])
  const result: unknown = JSON.parse(started.stdout.trimEnd().split('\n').at(-1) ?? '')
  expect(result).toMatchObject({ apps: [{ app: 'blog', changed: true }] })
  const { apps } = JSON.parse((await hop3(['ps', '--json'])).stdout)
  expect((await fetch(`http://127.0.0.1:${apps.find(({ app }: { app: string }) => app === 'blog').port}/`)).status).toBe(200)
  expect(await hop3(['start', 'blog', '--all'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Leave out one of the two.'),
  })
})

test('where the proxy answers is said once: commands without HOP3_LISTEN leave it there, another one moves it', async () => {
  await hop3(['deploy'])
  const listen = env['HOP3_LISTEN'] ?? ''
  const { HOP3_LISTEN: _unset, ...silent } = env
  env = silent
  expect((await hop3(['ps'])).stdout).toContain(`blog.localhost:${listen.split(':')[1]}`)
  expect(JSON.parse((await hop3(['ps', '--json'])).stdout)).toMatchObject({ apps: [{ isServed: true }] })
  expect((await hop3(['deploy', '--json'])).stdout).toContain('"changed":false')
  await hop3(['deploy', '--app', 'shop'])
  expect((await hop3(['ps'])).stdout).toContain(`shop.localhost:${listen.split(':')[1]}`)
  const port = await freePort()
  env = { ...silent, HOP3_LISTEN: String(port) }
  const moved = await hop3(['deploy', '--json'])
  expect(moved.stdout).toContain(`"url":"http://blog.localhost:${port}"`)
  env = silent
  const { apps } = JSON.parse((await hop3(['ps', '--json'])).stdout)
  expect(apps).toMatchObject([
    { app: 'blog', isServed: true, url: `http://blog.localhost:${port}` },
    { app: 'shop', isServed: true, url: `http://shop.localhost:${port}` },
  ])
})

test('start --all leaves alone what was stopped by its name, before or after stop --all', async () => {
  for (const app of ['blog', 'early', 'late']) expect(await hop3(['deploy', '--app', app])).toMatchObject({ exitCode: 0 })
  await hop3(['stop', 'early'])
  expect((await hop3(['stop', '--all'])).stdout).toMatch(/^Stopped blog, late, the proxy/)
  await hop3(['stop', 'late'])
  const started = await hop3(['start', '--all'])
  expect(started.stderr).toContain('early was stopped by its name and stays so. `hop3 start early` brings it back.')
  expect(started.stderr).toContain('late was stopped by its name')
  const { apps } = JSON.parse((await hop3(['ps', '--json'])).stdout)
  expect(apps).toMatchObject([
    { app: 'blog', stopped: false },
    { app: 'early', stopped: true },
    { app: 'late', stopped: true },
  ])
})
