/**
 * Ruby apps that nobody here wrote: made by Rails' own generator, or as the documentation of their framework shows them. RubyGems is not asked:
 * they run with the gems of the distribution, and so without those of the generated Gemfile that it lacks.
 */
import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { deployUnchanged } from '../src/deployed-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const timeout = 300_000
const execute = promisify(execFile)

const host = machineOfFile()

describe.skipIf(lacks('rails', 'bundle', 'puma'))('Rails', () => {
  const hop3 = '[build.ruby]\nsystem_gems = true\n'
  const secret = '[env]\nSECRET_KEY_BASE = { generate = "hex", length = 128 }\n'

  it('made by `rails new --api`, with a scaffold, answers from its migrated database', { timeout }, async () => {
    const source = await railsApp('blog', '--api', '--skip-spring', '--skip-bootsnap')
    await execute('bundle', ['exec', 'rails', 'generate', 'scaffold', 'Post', 'title:string', '--no-test-framework'], { cwd: source })
    await writeAll(source, { 'hop3.toml': hop3 })
    const { stdout } = await host.machine.hop3(['plan', source])
    for (const said of ['config/database.yml:25 keeps the SQLite database', 'SECRET_KEY_BASE = { generate = "hex", length = 128 }'])
      expect(stdout).toContain(said)
    await writeAll(source, { 'hop3.toml': `${hop3}${secret}` })
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/posts')).toEqual({ status: 200, body: '[]' })
    expect(await app.get('/gone')).toMatchObject({ status: 404 })
  })

  it('made by `rails new --minimal` has its assets compiled and served', { timeout }, async () => {
    const source = await railsApp('site', '--minimal', '--skip-javascript', '--skip-spring')
    await writeAll(source, {
      'hop3.toml': `${hop3}${secret}`,
      'config/routes.rb': "Rails.application.routes.draw { root 'home#index' }\n",
      'app/controllers/home_controller.rb': 'class HomeController < ApplicationController\nend\n',
      'app/views/home/index.html.erb': '<h1>Home</h1>\n',
    })
    const app = await deployUnchanged(host.machine, source)
    const page = await app.get('/')
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<h1>Home</h1>') })
    const style = /href="(\/assets\/application-[0-9a-f]+\.css)"/.exec(page.body)?.[1] ?? ''
    expect(await app.get(style)).toMatchObject({ status: 200 })
  })
})

it.skipIf(lacks('ruby', 'puma'))("Sinatra's first example answers as it comes", { timeout }, async () => {
  const source = join(host.machine.directory, 'myapp')
  await mkdir(source)
  await writeAll(source, {
    'myapp.rb': "# myapp.rb\nrequire 'sinatra'\n\nget '/frank-says' do\n  'Put this in your pipe & smoke it!'\nend\n",
  })
  const app = await deployUnchanged(host.machine, source)
  expect(await app.get('/frank-says')).toEqual({ status: 200, body: 'Put this in your pipe & smoke it!' })
})

it.skipIf(lacks('ruby', 'rackup'))("Rack's first example answers as it comes", { timeout }, async () => {
  const source = join(host.machine.directory, 'rack-app')
  await mkdir(source)
  await writeAll(source, { 'config.ru': 'run lambda { |env| [200, { "Content-Type" => "text/plain" }, ["Hello World"]] }\n' })
  const app = await deployUnchanged(host.machine, source)
  expect(await app.get('/')).toEqual({ status: 200, body: 'Hello World' })
})

it.skipIf(lacks('bundle'))('a gem that cannot be had is told by Bundler', { timeout }, async () => {
  const source = join(host.machine.directory, 'wrong-gem')
  await mkdir(source)
  await writeAll(source, { 'hop3.toml': '[build.ruby]\nsystem_gems = true\n', Gemfile: "gem 'no-such-gem-at-all'\n", 'app.rb': '' })
  const { exitCode, result } = await host.machine.hop3(['deploy', source, '--json'])
  expect({ exitCode, result }).toMatchObject({
    exitCode: 30,
    result: { code: 'build.phase-failed', message: expect.stringContaining("Could not find gem 'no-such-gem-at-all'") },
  })
})

async function railsApp(name: string, ...words: readonly string[]): Promise<string> {
  const flags = ['--skip-bundle', '--skip-git', '--skip-listen', ...words]
  await execute('rails', ['new', name, ...flags], { cwd: host.machine.directory })
  const source = join(host.machine.directory, name)
  const gemfile = await readFile(join(source, 'Gemfile'), 'utf8')
  const kept = gemfile.replaceAll(/^group [^]*?^end$/gm, '').replaceAll(/^gem '(?:sass-rails|jbuilder|bootsnap)'.*$/gm, '')
  await writeFile(join(source, 'Gemfile'), kept)
  return source
}
