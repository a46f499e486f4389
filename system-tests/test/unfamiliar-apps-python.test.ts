/**
 * Python apps that nobody here wrote: made by uv's own generator, or as the documentation of their framework shows them, and deployed as they come.
 * Django's are in unfamiliar-apps.test.ts.
 */
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { deployUnchanged } from '../src/deployed-app.ts'
import { expectNoInstall } from '../src/example-edit.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const timeout = 300_000
const execute = promisify(execFile)

const host = machineOfFile()

describe.skipIf(lacks('uv'))('uv', () => {
  it(
    "made by `uv init --package`, with uv's own FastAPI guide in it, answers, and is not installed again for a changed line",
    { timeout },
    async () => {
      const source = await uvProject('greeter', ['--package'], ['fastapi', 'uvicorn'])
      await writeAll(source, {
        'src/greeter/main.py':
          'from fastapi import FastAPI\n\napp = FastAPI()\n\n\n@app.get("/")\ndef read_root():\n    return {"Hello": "World"}\n',
      })
      const app = await deployUnchanged(host.machine, source)
      expect(await app.get('/')).toEqual({ status: 200, body: '{"Hello":"World"}' })
      const edit = { path: 'src/greeter/main.py', replace: 'World', with: 'Moon', request: '/', answers: '{"Hello":"Moon"}' }
      await expectNoInstall({ name: basename(source), machine: host.machine, source, edit })
    },
  )

  it('a member of a workspace answers with the library beside it', { timeout }, async () => {
    const source = await uvProject('shop', ['--bare'], [])
    await execute('uv', ['init', '--quiet', '--lib', 'libs/words'], { cwd: source })
    await execute('uv', ['init', '--quiet', '--bare', 'apps/web'], { cwd: source })
    await execute('uv', ['add', '--quiet', '--package', 'web', 'flask', 'words'], { cwd: source })
    await writeAll(source, {
      'hop3.toml': '[build]\nroot = "apps/web"\n',
      'apps/web/app.py':
        'from flask import Flask\nfrom words import hello\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef index():\n    return hello()\n',
    })
    const { result } = await host.machine.hop3(['deploy', source, '--json'])
    const answer = await fetch(`http://127.0.0.1:${Number(result['port'])}/`)
    expect({ status: answer.status, body: await answer.text() }).toEqual({ status: 200, body: 'Hello from words!' })
  })

  it("FastAPI's bigger application answers: a package `app` with relative imports", { timeout }, async () => {
    const source = await uvProject('bigger', ['--bare'], ['fastapi', 'uvicorn'])
    await writeAll(source, {
      'app/__init__.py': '',
      'app/main.py': 'from fastapi import FastAPI\n\nfrom .routers import users\n\napp = FastAPI()\n\n\napp.include_router(users.router)\n',
      'app/routers/__init__.py': '',
      'app/routers/users.py':
        'from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get("/users/me", tags=["users"])\nasync def read_user_me():\n    return {"username": "fakecurrentuser"}\n',
    })
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/users/me')).toEqual({ status: 200, body: '{"username":"fakecurrentuser"}' })
  })

  it("Streamlit's first app answers", { timeout }, async () => {
    const source = await uvProject('first-app', ['--bare'], ['streamlit'])
    await writeAll(source, { 'first_app.py': 'import streamlit as st\n\nst.title("My first app")\n' })
    const app = await deployUnchanged(host.machine, source)
    expect(await app.get('/')).toMatchObject({ status: 200, body: expect.stringContaining('<title>Streamlit</title>') })
    expect(await app.get('/_stcore/health')).toEqual({ status: 200, body: 'ok' })
  })
})

it('an app gets the compiled modules of its own Python, whichever Python the uWSGI of the host has', { timeout }, async () => {
  const source = join(host.sources, 'compiled')
  await mkdir(source)
  await writeAll(source, {
    'requirements.txt': 'flask\n',
    'app.py':
      'import ctypes\nimport hashlib\nimport sqlite3\nimport ssl\n\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef index():\n    return ssl.OPENSSL_VERSION\n',
  })
  const app = await deployUnchanged(host.machine, source)
  expect(await app.get('/')).toMatchObject({ status: 200, body: expect.stringContaining('SSL') })
})

it("Flask's tutorial answers: a package with an application factory and a pyproject.toml", { timeout }, async () => {
  const source = await sourceOf('flask-tutorial', {
    'pyproject.toml':
      '[project]\nname = "flaskr"\nversion = "1.0.0"\ndescription = "The basic blog app built in the Flask tutorial."\ndependencies = [\n    "flask",\n]\n\n[build-system]\nrequires = ["flit_core<4"]\nbuild-backend = "flit_core.buildapi"\n',
    'flaskr/__init__.py':
      "import os\n\nfrom flask import Flask\n\n\ndef create_app(test_config=None):\n    app = Flask(__name__, instance_relative_config=True)\n    os.makedirs(app.instance_path, exist_ok=True)\n\n    @app.route('/hello')\n    def hello():\n        return 'Hello, World!'\n\n    return app\n",
  })
  const app = await deployUnchanged(host.machine, source)
  expect(await app.get('/hello')).toEqual({ status: 200, body: 'Hello, World!' })
})

it('a script that listens nowhere is a worker without an address', { timeout }, async () => {
  const source = await sourceOf('ticker', { 'main.py': 'import time\n\nwhile True:\n    print("tick", flush=True)\n    time.sleep(1)\n' })
  const { exitCode, result } = await host.machine.hop3(['deploy', source, '--json'])
  expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { changed: true, url: null } })
})

/** What `uv init` makes, locked with the dependencies. */
async function uvProject(name: string, flags: readonly string[], dependencies: readonly string[]): Promise<string> {
  await execute('uv', ['init', '--quiet', '--vcs', 'none', ...flags, name], { cwd: host.machine.directory })
  const source = join(host.machine.directory, name)
  if (dependencies.length > 0) await execute('uv', ['add', '--quiet', '--no-sync', ...dependencies], { cwd: source })
  return source
}

async function sourceOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const source = join(host.machine.directory, name)
  await mkdir(source)
  await writeAll(source, files)
  return source
}
