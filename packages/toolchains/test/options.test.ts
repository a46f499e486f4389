import { expect, test } from 'vitest'
import { readOptions } from '../src/read-options.ts'
import { pythonOptions } from '../src/python/options.ts'
import { staticOptions } from '../src/static/options.ts'
import { optionsOf } from './plan-app.ts'

test('keys may be written with hyphens, underscores or humps', async () => {
  const expected = { packageManager: 'pnpm', buildScript: 'bundle' }
  expect(await optionsOf('node', { 'package-manager': 'pnpm', build_script: 'bundle' })).toEqual(expected)
  expect(await optionsOf('node', expected)).toEqual(expected)
})

test.each([
  ['packagemanager', 'Did you mean `package_manager`?'],
  ['requirments', 'Did you mean `requirements`?'],
  ['colour', 'Known keys: package_manager, strategy, version, requirements, extras, migrations, collectstatic.'],
])('the unknown key %s is an error', async (key, hint) => {
  await expect(optionsOf('python', { [key]: 'x' })).rejects.toThrow(
    expect.objectContaining({ code: 'config.unknown-key', hint: expect.stringContaining(hint) }),
  )
})

test.each([
  [
    { package_manager: 'conda' },
    '[build.python]: build.python.package_manager must be one of "pip", "uv", "poetry", "pdm", "pipenv"; it is "conda".',
  ],
  [{ extras: 'one' }, '[build.python]: build.python.extras must be a list; it is "one".'],
  [{ version: '' }, '[build.python]: build.python.version must not be empty; it is "".'],
  ['text', '[build.python]: build.python must be a table; it is "text".'],
])('%j is an error that names the key', async (table, message) => {
  await expect(optionsOf('python', table)).rejects.toThrow(expect.objectContaining({ code: 'config.invalid', message }))
})

test('an empty table is fine, and so is none', async () => {
  expect(await readOptions({ options: {} }, 'static', staticOptions)).toEqual({})
  expect(await readOptions({ options: undefined }, 'static', staticOptions)).toEqual({})
})

test('a context that the planner did not make is held to the schema as well', async () => {
  await expect(readOptions({ options: { extras: 'one' } }, 'python', pythonOptions)).rejects.toMatchObject({ code: 'config.invalid' })
})
