/** Apps that nobody here wrote: made by their frameworks' own programs, from the registries, and deployed as they come. */
import { execFile } from 'node:child_process'
import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'

const timeout = 900_000
const execute = promisify(execFile)

let machine: CommandLine
let sources: string
beforeEach(async () => {
  machine = await createCommandLine()
  sources = join(machine.directory, 'sources')
  await mkdir(sources)
})
afterEach(() => machine.dispose(), 120_000)

describe('a Django project', () => {
  beforeEach(async () => {
    const tools = join(machine.directory, 'tools')
    await execute('python3', ['-m', 'venv', tools])
    await execute(join(tools, 'bin/pip'), ['install', '--quiet', 'django'])
    await execute(join(tools, 'bin/django-admin'), ['startproject', 'mysite'], { cwd: sources })
  }, timeout)

  it('answers as it comes', { timeout }, async () => {
    const port = await deploy('mysite')
    expect(await get(port, '/')).toMatchObject({ status: 200, body: expect.stringContaining('The install worked successfully!') })
  })

  it('has its database and its static files with the two lines that `hop3 plan` names', { timeout }, async () => {
    const { stdout } = await machine.hop3(['plan', join(sources, 'mysite')])
    for (const line of ['release: python manage.py migrate', "STATIC_ROOT = BASE_DIR / 'staticfiles'"]) expect(stdout).toContain(line)
    await writeAll(join(sources, 'mysite'), { Procfile: 'release: python manage.py migrate\n' })
    await appendFile(join(sources, 'mysite/mysite/settings.py'), "STATIC_ROOT = BASE_DIR / 'staticfiles'\n")
    const port = await deploy('mysite')
    expect(await get(port, '/admin/login/')).toMatchObject({ status: 200, body: expect.stringContaining('/static/admin/css/base.css') })
    expect(await get(port, '/static/admin/css/base.css')).toMatchObject({ status: 200, body: expect.stringContaining('{') })
  })
})

it('a React app of `npm create vite` answers as it comes', { timeout }, async () => {
  await execute('npm', ['create', '--yes', 'vite@latest', 'my-react', '--', '--template', 'react'], { cwd: sources })
  const page = await get(await deploy('my-react'), '/')
  expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<div id="root">') })
})

describe('an Astro site', () => {
  it('of `npm create astro` answers as it comes', { timeout }, async (context) => {
    const words = ['create', '--yes', 'astro@latest', 'my-astro', '--', '--template', 'minimal', '--no-install', '--no-git', '--yes']
    const failed = await execute('npm', words, { cwd: sources }).then(() => undefined, outputOf)
    // Its templates are on GitHub, not in the registry; any other failure is one.
    if (failed?.includes('Unable to connect to the internet')) {
      context.skip('create-astro cannot fetch its template: it needs github.com')
      return
    }
    expect(failed).toBeUndefined()
    expect(await get(await deploy('my-astro'), '/')).toMatchObject({ status: 200, body: expect.stringContaining('Astro') })
  })

  it('made by hand, as its documentation says, answers', { timeout }, async () => {
    await writeAll(join(sources, 'by-hand'), {
      'package.json': JSON.stringify({
        name: 'by-hand',
        type: 'module',
        scripts: { dev: 'astro dev', build: 'astro build', preview: 'astro preview' },
        dependencies: { astro: '^5.0.0' },
      }),
      'src/pages/index.astro':
        '---\nconst title = ["made", "by", "Astro"].join(" ")\n---\n<html lang="en"><body><h1>{title}</h1></body></html>\n',
    })
    expect(await get(await deploy('by-hand'), '/')).toMatchObject({ status: 200, body: expect.stringContaining('<h1>made by Astro</h1>') })
  })
})

function outputOf(error: unknown): string {
  const { stdout = '', stderr = '' }: { readonly stdout?: unknown; readonly stderr?: unknown } = Object(error)
  return `${String(stdout)}${String(stderr)}` || String(error)
}

async function deploy(name: string): Promise<number> {
  const { exitCode, result } = await machine.hop3(['deploy', join(sources, name), '--json'])
  expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { app: name, changed: true } })
  return Number(result['port'])
}

async function get(port: number, path: string): Promise<{ readonly status: number; readonly body: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: answer.status, body: await answer.text() }
}
