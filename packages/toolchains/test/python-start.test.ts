import { expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const flask = 'from flask import Flask\napp = Flask(__name__)\n'
const fastapi = 'from fastapi import FastAPI\n\napi: FastAPI = FastAPI()\n'
const buildSystem = '[build-system]\nrequires = ["hatchling"]\n'
const commands = (lines: string): string => `[project]\nname = "x"\n[project.scripts]\n${lines}\n${buildSystem}`
const streamlit = (file: string): string =>
  `streamlit run ${file} --server.port "$PORT" --server.address "$BIND_ADDRESS" --server.headless true`
const uvicorn = (target: string): string => `uvicorn ${target} --host "$BIND_ADDRESS" --port "$PORT"`

test.each([
  ['Flask', { 'requirements.txt': 'flask==3.1.0\n', 'app.py': flask }, { wsgi: 'app:app' }],
  ['Flask beside a main.py', { 'requirements.txt': 'flask==3.1.0\n', 'main.py': 'print()\n', 'server.py': flask }, { wsgi: 'server:app' }],
  [
    'a Flask factory',
    { 'requirements.txt': 'flask\n', 'app.py': 'import flask\ndef create_app():\n    return flask.Flask("x")\n' },
    { wsgi: 'app:create_app()' },
  ],
  [
    'a wsgi.py that imports',
    { 'requirements.txt': 'flask\n', 'wsgi.py': 'from shop import create_app\n\napplication = create_app()\n' },
    { wsgi: 'wsgi:application' },
  ],
  ...['site = create_app(config="shop.cfg")', 'shop = shop.create_app(\n    config=None,\n)'].map(
    (line): [string, Record<string, string>, Record<string, string>] => [
      `what a wsgi.py makes with ${line.split('\n')[0]}, before the factory of its package`,
      {
        'requirements.txt': 'flask\n',
        'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["flask"]\n',
        'wsgi.py': `import shop\nfrom shop import create_app\n\n${line}\n`,
        'shop/__init__.py': '',
        'shop/app.py': 'def create_app(config=None):\n    return Flask("shop")\n',
      },
      { wsgi: `wsgi:${line.split(' ')[0]}` },
    ],
  ),
  [
    'a FastAPI app in a file of the package that the project is named after',
    {
      'pyproject.toml': '[project]\nname = "My-Shop"\ndependencies = ["fastapi", "uvicorn"]\n',
      'src/my_shop/__init__.py': '',
      'src/my_shop/entrypoint.py': fastapi,
    },
    { web: uvicorn('my_shop.entrypoint:api') },
  ],
  [
    'a Flask app in a file of a package beside pyproject.toml',
    { 'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["flask"]\n', 'shop/__init__.py': '', 'shop/site.py': flask },
    { wsgi: 'shop.site:app' },
  ],
  ['a Flask package', { 'requirements.txt': 'flask\n', 'app/__init__.py': flask }, { wsgi: 'app:app' }],
  ['FastAPI', { 'requirements.txt': 'fastapi\nuvicorn\n', 'main.py': fastapi }, { web: uvicorn('main:api') }],
  ['FastAPI with extras', { 'requirements.txt': 'fastapi[standard]==0.120\n', 'app/main.py': fastapi }, { web: uvicorn('app.main:api') }],
  [
    'FastAPI by poetry',
    { 'pyproject.toml': '[tool.poetry.dependencies]\nfastapi = "*"\nHypercorn = "*"\n', 'main.py': fastapi },
    { web: `hypercorn 'main:api' --bind "$BIND_ADDRESS:$PORT"` },
  ],
  [
    'an ASGI factory',
    { 'requirements.txt': 'starlette\nuvicorn\n', 'app.py': 'def create_app():\n    return Starlette()\n' },
    { web: uvicorn('--factory app:create_app') },
  ],
  ['Dash', { 'requirements.txt': 'dash\n', 'app.py': 'app = Dash(__name__)\nserver = app.server\n' }, { wsgi: 'app:server' }],
  ['a script', { 'main.py': 'import os\nport = os.environ["PORT"]\n' }, { web: 'python main.py' }],
  ['a script that says nothing of a port', { 'main.py': 'import time\nwhile True:\n    time.sleep(1)\n' }, { worker: 'python main.py' }],
  ['a script of several files', { 'main.py': 'import shop\n', 'shop.py': '' }, { web: 'python main.py' }],
  ['a bot', { 'requirements.txt': 'discord.py==2.4.0\n', 'bot.py': 'import discord\n' }, { worker: 'python bot.py' }],
  [
    'a script that talks of Flask',
    { 'requirements.txt': 'flask-client\n', 'main.py': '# app = Flask(__name__)\n' },
    { worker: 'python main.py' },
  ],
  ['a command of its own', { 'pyproject.toml': commands('serve = "x:main"') }, { web: 'serve' }],
  ['the command named like the project', { 'pyproject.toml': commands('x-admin = "x:a"\nx = "x:main"') }, { web: 'x' }],
  ['the command named to be started', { 'pyproject.toml': commands('import = "x:a"\nserve = "x:main"') }, { web: 'serve' }],
  [
    "poetry's command",
    {
      'pyproject.toml': `[tool.poetry]\nname = "x"\n[tool.poetry.scripts]\nx = "x:main"\n${buildSystem}`,
      'poetry.lock': '',
      'x/__init__.py': '',
    },
    { web: 'x' },
  ],
  [
    'a package that can be run',
    { 'pyproject.toml': '[project]\nname = "my-shop"\n', 'my_shop/__main__.py': '' },
    { web: 'python -m my_shop' },
  ],
  ['a directory that can be run', { 'requirements.txt': '', '__main__.py': '' }, { web: 'python .' }],
  ['Streamlit', { 'requirements.txt': 'streamlit==1.50.0\n', 'main.py': 'import streamlit as st\n' }, { web: streamlit('main.py') }],
  [
    'Streamlit, by its own name for a file',
    { 'requirements.txt': 'streamlit==1.50.0\n', 'app.py': '', 'streamlit_app.py': 'import streamlit as st\n' },
    { web: streamlit('streamlit_app.py') },
  ],
  [
    'Streamlit, in a file of any name',
    { 'requirements.txt': 'streamlit==1.50.0\n', 'My dashboard.py': 'from streamlit import title\n' },
    { web: streamlit("'My dashboard.py'") },
  ],
  [
    'Gradio',
    { 'requirements.txt': 'gradio==5.0.0\n', 'app.py': 'import gradio as gr\ngr.Interface(f, "text", "text").launch()\n' },
    { web: 'env GRADIO_SERVER_NAME="$BIND_ADDRESS" GRADIO_SERVER_PORT="$PORT" python app.py' },
  ],
  [
    'Sanic',
    { 'requirements.txt': 'sanic==24.6\n', 'server.py': 'app = Sanic("x")\n' },
    { web: 'sanic server:app --host "$BIND_ADDRESS" --port "$PORT"' },
  ],
  [
    'Quart, which brings its server',
    { 'requirements.txt': 'quart\n', 'app.py': 'app = Quart(__name__)\n' },
    { web: `hypercorn 'app:app' --bind "$BIND_ADDRESS:$PORT"` },
  ],
  [
    'Litestar with its server',
    { 'requirements.txt': 'litestar[standard]\n', 'app.py': 'app = Litestar([])\n' },
    { web: uvicorn('app:app') },
  ],
  ['Falcon', { 'requirements.txt': 'falcon\n', 'app.py': 'import falcon\napp = falcon.App()\n' }, { wsgi: 'app:app' }],
  ['Falcon on ASGI', { 'requirements.txt': 'falcon\nuvicorn\n', 'app.py': 'app = falcon.asgi.App()\n' }, { web: uvicorn('app:app') }],
  ['WSGI itself', { 'app.py': 'def application(environ, start_response):\n    pass\n' }, { wsgi: 'app:application' }],
  [
    'ASGI itself',
    { 'requirements.txt': 'uvicorn\n', 'main.py': 'async def app(scope, receive, send):\n    ...\n' },
    { web: uvicorn('main:app') },
  ],
  [
    'FastHTML',
    { 'requirements.txt': 'python-fasthtml\n', 'main.py': 'from fasthtml.common import *\napp, rt = fast_app()\n' },
    { web: uvicorn('main:app') },
  ],
  [
    'FastAPI by its own table',
    { 'pyproject.toml': '[project]\nname = "x"\ndependencies = ["fastapi[standard]"]\n[tool.fastapi]\nentrypoint = "shop.main:api"\n' },
    { web: uvicorn('shop.main:api') },
  ],
  [
    'a FastAPI package in src',
    { 'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["fastapi", "uvicorn"]\n', 'src/shop/main.py': fastapi },
    { web: uvicorn('shop.main:api') },
  ],
  [
    'what uvicorn.run names',
    { 'requirements.txt': 'fastapi\nuvicorn\n', 'main.py': 'import uvicorn\nuvicorn.run("shop.web:api", port=8000)\n' },
    { web: uvicorn('shop.web:api') },
  ],
  [
    'a factory that uvicorn.run names',
    { 'requirements.txt': 'fastapi\nuvicorn\n', 'main.py': 'uvicorn.run("shop.web:make", factory=True)\n' },
    { web: uvicorn('--factory shop.web:make') },
  ],
  [
    "Flask's tutorial: a package of any name with a factory",
    {
      'requirements.txt': 'flask==3.1.0\n',
      'flaskr/__init__.py': 'def create_app(test_config=None):\n    app = Flask(__name__, instance_relative_config=True)\n',
    },
    { wsgi: 'flaskr:create_app()' },
  ],
  [
    'what FLASK_APP names',
    {
      'requirements.txt': 'flask==3.1.0\n',
      '.flaskenv': 'FLASK_APP=microblog.py\n',
      'microblog.py': 'from app import create_app\napp = create_app()\n',
      'app/__init__.py': '',
    },
    { wsgi: 'microblog:app' },
  ],
  [
    'an application made elsewhere and run here',
    { 'requirements.txt': 'flask==3.1.0\n', 'run.py': 'from shop import app\n\napp.run()\n' },
    { wsgi: 'run:app' },
  ],
])('%s starts', async (_what, files, processes) => {
  expect((await planOf('python', files)).processes).toEqual(processes)
})

test('an ASGI application without a server is started by nobody, and the plan says what to add', async () => {
  const plan = await planOf('python', { 'requirements.txt': 'fastapi==0.120.0\nuvicorn-worker==1\n', 'main.py': fastapi })
  expect(plan.processes).toEqual({})
  expect(plan.warnings).toEqual([
    'main.py:3 makes an ASGI application, but no server for it is among the dependencies. Add `uvicorn` to them.',
  ])
})

test('the start names the line it was found on', async () => {
  const plan = await planOf('python', { 'requirements.txt': 'flask==3.1.0\n', 'app.py': flask })
  expect(plan.decisions).toContainEqual({ key: 'processes.wsgi', value: 'app:app', origin: 'app.py:2' })
})

test('an app that uses a framework nothing installs is told', async () => {
  const plan = await planOf('python', { 'app.py': flask })
  expect(plan.warnings).toEqual(['app.py:2 uses Flask, but nothing lists it as a dependency: write it into requirements.txt.'])
})

test('a command of a project is started with the warning that it may want words', async () => {
  const files = { 'pyproject.toml': commands('shop = "x:a"') }
  const { processes, warnings } = await planOf('python', files)
  expect([processes['web'], warnings.filter((one) => one.includes('`web: shop … --port $PORT`')).length]).toEqual(['shop', 1])
})

test.each([
  [
    'setup.cfg',
    {
      'setup.py': 'from setuptools import setup\nsetup()\n',
      'setup.cfg': '[options.entry_points]\nconsole_scripts =\n    shop = shop.cli:main\n\n[other]\nx = y.z:w\n',
    },
  ],
  ['a list in setup.py', { 'setup.py': "setup(name='shop', entry_points={'console_scripts': ['shop = shop.cli:main']})\n" }],
  ['a text in setup.py', { 'setup.py': 'setup(entry_points="""\n[console_scripts]\nshop=shop.cli:cli\n""")\n' }],
])('the command of %s is started', async (_what, files) => {
  expect((await planOf('python', { ...files, 'shop/__init__.py': '' })).processes).toEqual({ web: 'shop' })
})

test('of several commands of a project none is guessed: they are listed', async () => {
  const plan = await planOf('python', { 'pyproject.toml': commands('one = "x:a"\ntwo = "x:b"') })
  expect(plan.processes).toEqual({})
  expect(plan.warnings).toEqual([
    'No start command found: pyproject.toml defines one, two, and any may be the app. Write one into Procfile: `web: one`.',
  ])
})

test('a command of a project that is not installed is not started: it does not exist', async () => {
  const plan = await planOf('python', { 'pyproject.toml': '[project]\nname = "x"\n[project.scripts]\nserve = "x:main"\n' })
  expect(plan.processes).toEqual({})
  expect(plan.warnings.join()).toContain('the command serve of pyproject.toml exists only once the project is installed')
})

test('aiohttp that is told no port is said to listen on its own', async () => {
  const text = 'from aiohttp import web\nweb.run_app(app)\n'
  const plan = await planOf('python', { 'requirements.txt': 'aiohttp==3.10.0\n', 'main.py': text })
  expect(plan.processes).toEqual({ web: 'python main.py' })
  expect(plan.warnings.join()).toMatch(/^main\.py:2 listens on port 8080.*port=int\(os\.environ\["PORT"\]\)/)
  const told = text.replace('app)', 'app, port=int(os.environ["PORT"]))')
  expect((await planOf('python', { 'requirements.txt': 'aiohttp==3.10.0\n', 'main.py': told })).warnings).toEqual([])
})

test('a factory that cannot be called with nothing is none', async () => {
  const plan = await planOf('python', {
    'requirements.txt': 'flask==3.1.0\n',
    'app.py': 'def create_app(config):\n    return Flask("x")\n\nif __name__ == "__main__":\n    create_app("dev").run(port=5000)\n',
  })
  expect(plan.processes).toEqual({ web: 'python app.py' })
  expect(plan.warnings).toEqual([
    'app.py:5 listens on port 5000, wherever it is told to listen, so its health check will fail: write int(os.environ["PORT"]) instead.',
  ])
})

test('Dash without the line that says its server runs its own, and the plan says which line that is', async () => {
  const plan = await planOf('python', { 'requirements.txt': 'dash==3.0.0\n', 'app.py': 'app = Dash(__name__)\napp.run()\n' })
  expect(plan.processes).toEqual({ web: 'env HOST="$BIND_ADDRESS" python app.py' })
  expect(plan.warnings.join()).toContain('write `server = app.server`')
})

test('a worker is said to have no address, with the line that gives it one', async () => {
  const plan = await planOf('python', { 'main.py': 'print(1)\n' })
  expect(plan.decisions).toContainEqual({
    key: 'python.address',
    value: 'none: it neither reads PORT nor imports a server; `web: python main.py` in Procfile gives it one',
    origin: 'main.py',
  })
})

test.each([
  [
    'beside it, by their bare names',
    { 'app/main.py': `from routers import users\n${fastapi}`, 'app/routers/users.py': '' },
    'main:api',
    'app',
  ],
  [
    'by the name of the directory',
    { 'app/main.py': `from app.routers import users\n${fastapi}`, 'app/routers/users.py': '' },
    'app.main:api',
    undefined,
  ],
  ['from the package', { 'app/main.py': `from .routers import users\n${fastapi}`, 'app/routers/users.py': '' }, 'app.main:api', undefined],
  ['of a package in src', { 'src/main.py': `from shop import x\n${fastapi}`, 'src/shop/x.py': '' }, 'main:api', 'src'],
])('an application that imports files %s', async (_what, files, target, path) => {
  const plan = await planOf('python', { 'requirements.txt': 'fastapi==0.1\nuvicorn==0.1\n', ...files })
  expect(plan.processes).toEqual({ web: uvicorn(target) })
  expect(plan.runtime.envPaths?.['PYTHONPATH']).toBe(path)
})

test('a package in src is imported from where it lies, unless it is installed', async () => {
  const files = { 'src/shop/__init__.py': '', 'src/shop/app.py': flask }
  const plan = await planOf('python', { 'pyproject.toml': '[project]\nname = "shop"\ndependencies = ["flask"]\n', ...files })
  expect(plan.processes).toEqual({ wsgi: 'shop.app:app' })
  expect(plan.runtime.envPaths).toEqual({ VIRTUAL_ENV: '.venv', PYTHONPATH: 'src' })
  const installed = await planOf('python', { 'pyproject.toml': `[project]\nname = "shop"\n${buildSystem}`, ...files })
  expect(installed.runtime.envPaths).toEqual({ VIRTUAL_ENV: '.venv' })
})
