import { expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const flask = 'from flask import Flask\napp = Flask(__name__)\n'
const fastapi = 'from fastapi import FastAPI\n\napi: FastAPI = FastAPI()\n'
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
  ['a script', { 'main.py': 'print("hello")\n' }, { web: 'python main.py' }],
  [
    'a script that talks of Flask',
    { 'requirements.txt': 'flask-client\n', 'main.py': '# app = Flask(__name__)\n' },
    { web: 'python main.py' },
  ],
  ['a command of its own', { 'pyproject.toml': '[project]\nname = "x"\n[project.scripts]\nserve = "x:main"\n' }, { web: 'serve' }],
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

test('of several commands of a project none is guessed', async () => {
  const plan = await planOf('python', { 'pyproject.toml': '[project]\nname = "x"\n[project.scripts]\none = "x:a"\ntwo = "x:b"\n' })
  expect(plan.processes).toEqual({})
  expect(plan.warnings.join()).toContain('Write one into Procfile')
})
