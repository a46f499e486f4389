/** Apps of `lein new`, and of deps.edn with and without build.clj, deployed as they come. */
import { execFile } from 'node:child_process'
import { cp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { makeClojureCli } from '../src/clojure-cli.ts'
import { deployUnchanged } from '../src/deployed-app.ts'
import { examples } from '../src/example-source.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const timeout = 600_000
const execute = promisify(execFile)

const host = machineOfFile()

describe.skipIf(lacks('java', 'lein'))('`lein new`', () => {
  it('app says hello and ends; with a server in it, a version from a file and nothing compiled, it answers', { timeout }, async () => {
    await execute('lein', ['new', 'app', 'my-app'], { cwd: host.sources })
    const source = join(host.sources, 'my-app')
    const { exitCode, result } = await host.machine.hop3(['deploy', source, '--json'])
    expect({ exitCode, result }).toMatchObject({
      exitCode: 51,
      result: { code: 'health.exited', message: expect.stringContaining('Hello, World!') },
    })

    const server = await readFile(join(examples, 'clojure-lein/src/shop/core.clj'), 'utf8')
    const project = (await readFile(join(source, 'project.clj'), 'utf8'))
      .replace('"0.1.0-SNAPSHOT"', '#=(slurp "VERSION")')
      .replace(':aot :all', '')
      .replace(/\[org\.clojure\/clojure "([\d.]+)"\]/, '$& [org.clojure/data.json "2.5.0"]')
    await writeAll(source, {
      VERSION: '1.2.3',
      'project.clj': project,
      'src/my_app/core.clj': server.replace('shop.core', 'my-app.core'),
    })
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/hello/Ada')).toEqual({ status: 200, body: '{"message":"Hello, Ada"}' })
  })

  it('default makes a library, which is refused with the reason', { timeout }, async () => {
    await execute('lein', ['new', 'default', 'my-library'], { cwd: host.sources })
    const { stdout } = await host.machine.hop3(['detect', join(host.sources, 'my-library')])
    expect(stdout).toContain('project.clj, but nothing that starts')
    const { result } = await host.machine.hop3(['deploy', join(host.sources, 'my-library'), '--json'])
    expect(result).toMatchObject({ code: 'select.builder.none' })
  })
})

it.skipIf(lacks('java', 'mvn'))(
  'an app of deps.edn answers from the jar of its build.clj, and without one from source',
  { timeout },
  async () => {
    const tools = join(host.machine.directory, 'tools')
    await makeClojureCli(tools)
    const source = join(host.sources, 'clojure-app')
    await cp(join(examples, 'clojure-deps'), source, { recursive: true })
    const env = { PATH: `${tools}:${process.env['PATH'] ?? ''}` }
    const deploy = async (): Promise<string> => {
      const { exitCode, result } = await host.machine.hop3(['deploy', source, '--json'], { env })
      expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { changed: true } })
      return (await fetch(`http://127.0.0.1:${Number(result['port'])}/hello/Ada`)).text()
    }
    expect(await deploy()).toBe('{"message":"Hello, Ada"}')
    await rm(join(source, 'build.clj'))
    expect(await deploy()).toBe('{"message":"Hello, Ada"}')
  },
)

it.skipIf(!lacks('dotnet'))('an app of .NET says which SDK it wants, who says so, and what gets it', { timeout }, async () => {
  const source = join(host.sources, 'dotnet-app')
  await cp(join(examples, 'dotnet-http'), source, { recursive: true })
  const { result } = await host.machine.hop3(['deploy', source, '--json'])
  expect(result).toMatchObject({
    code: 'build.tool-version',
    message: expect.stringContaining('Shop.csproj:4 asks for dotnet "8.0"; this host has no dotnet'),
    hint: expect.stringContaining('dotnet-sdk-8.0'),
  })
})
