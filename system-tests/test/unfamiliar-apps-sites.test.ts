/** Sites as the generators' own commands make them, deployed as they are. */
import { execFile, execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
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

async function made(name: string, program: string, ...args: readonly string[]): Promise<string> {
  await execute(program, [...args, name], { cwd: host.machine.directory })
  return join(host.machine.directory, name)
}

describe.skipIf(lacks('hugo'))('hugo new site', () => {
  it('has no layout, so that there is no page, and says so', { timeout }, async () => {
    const source = await made('blank-hugo', 'hugo', 'new', 'site')
    const { exitCode, events, result } = await host.machine.hop3(['deploy', source, '--json'])
    expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { changed: true } })
    const said = events.map((event) => String(event['text'])).join('\n')
    expect(said).toContain('has no index.html: the site answers / with 404')
    expect((await host.machine.hop3(['plan', source])).stdout).toContain('baseURL = "http://example.org/"')
    expect(await fetch(`http://127.0.0.1:${Number(result['port'])}/`)).toMatchObject({ status: 404 })
  })

  it('with a layout is served, by the Hugo that netlify.toml asks for', { timeout }, async () => {
    const source = await made('hugo-site', 'hugo', 'new', 'site')
    await writeAll(source, {
      'layouts/index.html': '<h1>{{ site.Title }}</h1><p>{{ hugo.Version }}</p>',
      'netlify.toml': '[build]\npublish = "public"\n[build.environment]\nHUGO_VERSION = "0.160.1"\n',
    })
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/')).toEqual({ status: 200, body: '<h1>My New Hugo Site</h1><p>0.160.1</p>' })
  })

  it('with the theme of a submodule nobody fetched is an error that names it', { timeout }, async () => {
    const source = await made('themed', 'hugo', 'new', 'site')
    const config = await readFile(join(source, 'config.toml'), 'utf8').catch(() => readFile(join(source, 'hugo.toml'), 'utf8'))
    await writeAll(source, {
      'hugo.toml': `${config}theme = 'ananke'\n`,
      '.gitmodules': '[submodule "themes/ananke"]\n\tpath = themes/ananke\n\turl = https://example.org/ananke.git\n',
    })
    const { result } = await host.machine.hop3(['deploy', source, '--json'])
    expect(result).toMatchObject({ code: 'config.site.theme', message: expect.stringContaining('themes/ananke is empty') })
  })
})

describe.skipIf(lacks('jekyll', 'bundle'))('jekyll new', () => {
  it('--blank is served', { timeout }, async () => {
    const app = await deployUnchanged(host.machine, await made('blank-jekyll', 'jekyll', 'new', '--blank'))
    expect(await app.get('/')).toMatchObject({ status: 200, body: expect.stringContaining('Happy Jekylling') })
    expect(await app.get('/assets/css/main.css')).toMatchObject({ status: 200 })
  })

  it.skipIf(!hasGems('minima', 'jekyll-feed'))('with its theme is served, with the gems of the distribution', { timeout }, async () => {
    const source = await made('jekyll-blog', 'jekyll', 'new', '--skip-bundle')
    await writeAll(source, { 'hop3.toml': '[build.site]\nsystem_gems = true\n' })
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/')).toMatchObject({ status: 200, body: expect.stringContaining('Your awesome title') })
    expect(await app.get('/about/')).toMatchObject({ status: 200 })
    expect(await app.get('/feed.xml')).toMatchObject({ status: 200 })
    expect(await app.get('/hop3.toml')).toMatchObject({ status: 404 })
  })
})

function hasGems(...names: readonly string[]): boolean {
  try {
    for (const name of names) execFileSync('gem', ['list', '--installed', `^${name}$`], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(lacks('uvx', 'python3'))('sites of Python', () => {
  it('mkdocs new is served', { timeout }, async () => {
    const app = await deployUnchanged(host.machine, await made('mkdocs-site', 'uvx', '--from', 'mkdocs==1.6.1', 'mkdocs', 'new'))
    expect(await app.get('/')).toMatchObject({ status: 200, body: expect.stringContaining('Welcome to MkDocs') })
  })

  const quickstart = ['--from', 'sphinx==8.1.3', 'sphinx-quickstart', '--quiet', '--project', 'Shop', '--author', 'Someone']

  it('sphinx-quickstart is served', { timeout }, async () => {
    const source = await made('sphinx-site', 'uvx', ...quickstart)
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/')).toMatchObject({ status: 200, body: expect.stringContaining('Shop documentation') })
    // What pip has installed beside it holds pages, too.
    const index = await app.get('/searchindex.js')
    expect(index.body).toContain('"docnames":["index"]')
  })

  it('sphinx-quickstart --sep is served; in a library, where the library says so', { timeout }, async () => {
    const source = await made('sphinx-apart', 'uvx', ...quickstart, '--sep')
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/')).toMatchObject({ status: 200, body: expect.stringContaining('Shop documentation') })
    await made('library/docs', 'uvx', ...quickstart, '--sep')
    const library = join(host.machine.directory, 'library')
    await writeAll(library, { 'pyproject.toml': '[project]\nname = "shop"\nversion = "1.0"\n', 'src/shop/__init__.py': '' })
    expect((await host.machine.hop3(['detect', library])).stdout).toContain('toolchain = "site" under [build] publishes the documentation')
    await writeAll(library, { 'hop3.toml': '[build]\ntoolchain = "site"\n' })
    expect((await host.machine.hop3(['plan', library])).stdout).toContain(
      'sphinx-build -b html -d .hop3-tools/doctrees docs/source docs/build/html',
    )
  })
})
