import { expect, test } from 'vitest'
import { nodeOptions } from '../src/node/options.ts'
import { pythonOptions } from '../src/python/options.ts'
import { readOptions } from '../src/read-options.ts'
import { staticOptions } from '../src/static/options.ts'

const python = (options: unknown) => readOptions({ options }, 'python', pythonOptions)

test('keys may be written with hyphens or underscores', async () => {
  expect(await readOptions({ options: { 'package-manager': 'pnpm', build_script: 'bundle' } }, 'node', nodeOptions)).toEqual({
    packageManager: 'pnpm',
    buildScript: 'bundle',
  })
})

test.each([
  ['packagemanager', 'Did you mean package_manager?'],
  ['requirments', 'Did you mean requirements?'],
  ['colour', 'Known keys: package_manager, strategy, version, requirements, extras, collectstatic.'],
])('the unknown key %s is an error', async (key, hint) => {
  await expect(python({ [key]: 'x' })).rejects.toThrow(
    expect.objectContaining({ code: 'config.unknown-key', hint: expect.stringContaining(hint) }),
  )
})

test.each([
  [{ package_manager: 'conda' }, /^\[build\.python\] package_manager: Invalid option/],
  [{ extras: 'one' }, /^\[build\.python\] extras: Invalid input/],
  ['text', /^\[build\.python\] must be a table; it is/],
])('%j is an error that names the key', async (table, message) => {
  await expect(python(table)).rejects.toThrow(expect.objectContaining({ code: 'config.invalid', message: expect.stringMatching(message) }))
})

test('an empty table is fine', async () => {
  expect(await readOptions({ options: {} }, 'static', staticOptions)).toEqual({})
})
