import { expect, test } from 'vitest'
import { parseNodeOptions, parsePythonOptions, parseStaticOptions } from '../src/options.ts'

test('keys may be written with hyphens or underscores', () => {
  expect(parseNodeOptions({ 'package-manager': 'pnpm', build_script: 'bundle' })).toEqual({ packageManager: 'pnpm', buildScript: 'bundle' })
})

test.each([
  ['packagemanager', 'Did you mean package_manager?'],
  ['requirments', 'Did you mean requirements?'],
  ['colour', 'Known keys: package_manager, strategy, version, requirements, extras, collectstatic.'],
])('the unknown key %s is an error', (key, hint) => {
  expect(() => parsePythonOptions({ [key]: 'x' })).toThrow(
    expect.objectContaining({ code: 'config.unknown-key', hint: expect.stringContaining(hint) }),
  )
})

test.each([
  [{ package_manager: 'conda' }, /^\[build\.python\] package_manager: Invalid option/],
  [{ extras: 'one' }, /^\[build\.python\] extras: Invalid input/],
  ['text', /^\[build\.python\] must be a table; it is/],
])('%j is an error that names the key', (table, message) => {
  expect(() => parsePythonOptions(table)).toThrow(
    expect.objectContaining({ code: 'config.invalid', message: expect.stringMatching(message) }),
  )
})

test('an empty table is fine', () => {
  expect(parseStaticOptions({})).toEqual({})
})
