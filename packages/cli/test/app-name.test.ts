import { expect, test } from 'vitest'
import { chooseAppName, similarName } from '../src/app-name.ts'

test('--app before [metadata] id before the directory', () => {
  expect(chooseAppName('asked', 'id', '/srv/dir')).toBe('asked')
  expect(chooseAppName(undefined, 'id', '/srv/dir')).toBe('id')
  expect(chooseAppName(undefined, undefined, '/srv/dir')).toBe('dir')
})

test('a directory that cannot be a name gets one suggested, and nothing is guessed', () => {
  expect(() => chooseAppName(undefined, undefined, '/srv/My App')).toThrow(
    expect.objectContaining({
      code: 'config.app-name',
      hint: expect.stringContaining('--app my-app'),
      message: expect.stringContaining('"My App"'),
    }),
  )
})

test('a look at a source needs no name of its own, but a name that was asked for is checked', () => {
  expect(chooseAppName(undefined, undefined, '/srv/FlaskBB-2.0.2', 'look')).toBe('flaskbb-2-0-2')
  expect(chooseAppName(undefined, undefined, '/srv/dir', 'look')).toBe('dir')
  expect(() => chooseAppName('Nope', undefined, '/srv/dir', 'look')).toThrow(/^--app: "Nope"/)
})

test('a bad name says where it was written', () => {
  expect(() => chooseAppName('Nope', undefined, '/srv/dir')).toThrow(/^--app: "Nope"/)
  expect(() => chooseAppName(undefined, 'Nope', '/srv/dir')).toThrow(/^hop3\.toml: \[metadata\] id: "Nope"/)
})

test.each([
  ['My App', 'my-app'],
  ['Café_2', 'cafe-2'],
  ['2048', 'my-app'],
  ['--x--', 'x'],
  ['日本', 'my-app'],
  ['a'.repeat(80), 'a'.repeat(63)],
])('%s → %s', (text, name) => {
  expect(similarName(text)).toBe(name)
})
