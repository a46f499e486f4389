/** Lists and calls of Python's that have others inside them. */
import { createSourceView } from '@hop3/planner'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import { readSetupFile } from '../src/python/setup-file.ts'
import { planOf } from './plan-app.ts'

test.each([
  ['install_requires=["flask", "celery[redis]", "gunicorn"]', ['flask', 'celery', 'gunicorn']],
  ["install_requires=[\n  'flask>=3; python_version > \"3.8\"',  # [a]\n  'rich',\n]", ['flask', 'rich']],
  ['install_requires=["flask", *extras["b"], "rich"]', ['flask', 'rich']],
])('setup.py with %s asks for %j', async (written, names) => {
  const source = createSourceView(await tempApp({ 'setup.py': `setup(name="shop", ${written})\n` }))
  const { requirements } = await readSetupFile(source, ['setup.py'])
  expect(requirements.map(({ name }) => name)).toEqual(names)
})

test.each([
  ['web.run_app(init())', true],
  ['web.run_app(init(), port=int(os.environ["WEB_PORT"]))', false],
  ['web.run_app(init(")"), host="::", port=chosen())', false],
])('%s listens on a port of its own: %s', async (call, isFixed) => {
  const { warnings } = await planOf('python', { 'requirements.txt': 'aiohttp\n', 'main.py': `from aiohttp import web\n${call}\n` })
  expect(warnings.some((warning) => warning.includes('port 8080'))).toBe(isFixed)
})

test.each([
  ['def create_app(settings=load("a"), debug=False):', true],
  ['def create_app(settings: Settings, debug=False):', false],
])('%s can be called with nothing: %s', async (definition, isCallable) => {
  const files = { 'requirements.txt': 'flask\n', 'app.py': `from flask import Flask\n${definition}\n    return Flask(__name__)\n` }
  const text = JSON.stringify(await planOf('python', files).catch(String))
  expect(text.includes('create_app()')).toBe(isCallable)
})
