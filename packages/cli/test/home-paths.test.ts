import { describe, expect, test } from 'vitest'
import { homePaths, listenAddress } from '../src/home-paths.ts'

describe('the home', () => {
  test('as asked, relative to the current directory', () => {
    expect(homePaths({ HOP3_HOME: 'x', HOP3_RUN: '/r', HOME: '/home/me' }, '/srv', true)).toEqual({ path: '/srv/x', runPath: '/r' })
  })

  test("root's, a user's, and one with XDG directories", () => {
    expect(homePaths({ HOME: '/root' }, '/', true)).toEqual({ path: '/var/lib/hop3' })
    expect(homePaths({ HOME: '/home/me' }, '/', false)).toEqual({ path: '/home/me/.local/share/hop3' })
    expect(homePaths({ HOME: '/home/me', XDG_DATA_HOME: '/data', XDG_RUNTIME_DIR: '/run/user/1' }, '/', false)).toEqual({
      path: '/data/hop3',
      runPath: '/run/user/1/hop3',
    })
  })

  test('two homes do not share the runtime directory of the user', () => {
    expect(homePaths({ HOP3_HOME: '/x', XDG_RUNTIME_DIR: '/run/user/1' }, '/', false)).toEqual({ path: '/x' })
  })

  test('none at all', () => {
    expect(() => homePaths({}, '/', false)).toThrow(expect.objectContaining({ code: 'environment.home' }))
  })
})

describe('HOP3_LISTEN', () => {
  test.each([
    ['0.0.0.0:80', '0.0.0.0', 80],
    [':9000', '127.0.0.1', 9000],
    ['9000', '127.0.0.1', 9000],
    ['[::1]:9000', '::1', 9000],
  ])('%s', (HOP3_LISTEN, address, port) => {
    expect(listenAddress(HOP3_LISTEN)).toEqual({ address, port })
  })

  test.each([undefined, ''])('%s says nothing', (HOP3_LISTEN) => expect(listenAddress(HOP3_LISTEN)).toBeUndefined())

  test.each(['nonsense', '127.0.0.1', '127.0.0.1:70000', ':0'])('%s is refused', (HOP3_LISTEN) => {
    expect(() => listenAddress(HOP3_LISTEN)).toThrow(expect.objectContaining({ code: 'config.listen' }))
  })
})
