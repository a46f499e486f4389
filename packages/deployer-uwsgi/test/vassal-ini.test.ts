import { randomFrom } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { formatInstanceName, parseInstanceName } from '../src/instance-name.ts'
import { checkModule, isPlainPath, vassalIni } from '../src/vassal-ini.ts'
import { hostileValue } from './hostile-values.ts'

test('an attached worker: constants alone', () => {
  expect(vassalIni({ instance: '.', stopTimeout: 10, run: { kind: 'attached' } })).toBe(`[uwsgi]
strict = true
master = true
die-on-term = true
reload-mercy = 10
logto2 = ./uwsgi.log
log-truncate = true
log-maxsize = 1048576
log-backupname = ./uwsgi.log.1
cron = -1 -1 -1 -1 -1 exec env -i /bin/sh ./rotate
attach-daemon = exec /bin/sh ./supervise
`)
})

test('a path uWSGI would expand stands in no ini', () => {
  for (const instance of ['a%n', '$(HOME)', '@(exec://id)', 'a\nexec = id', ' a']) {
    expect(isPlainPath(instance)).toBe(false)
    expect(() => vassalIni({ instance, stopTimeout: 10, run: { kind: 'attached' } })).toThrow('must not stand')
  }
})

describe('a module path', () => {
  test.each(['app', 'app:app', 'shop.wsgi:application', 'app:create_app()', ' app:app '])('%s', (text) => {
    expect(checkModule(text, 'shop')).toBe(text.trim())
  })

  test('5 000 generated texts are refused, or are made of what names are made of', () => {
    const random = randomFrom(3)
    for (let count = 0; count < 5000; count++) {
      const text = `app${hostileValue(random)}:app${hostileValue(random)}`
      const outcome = attempt(() => checkModule(text, 'shop'))
      expect(outcome.startsWith('deploy.uwsgi.module') || /^[\w.:()]+$/.test(outcome)).toBe(true)
    }
  })
})

describe('an instance name', () => {
  test('is read as it was written', () => {
    const name = { app: 'my-shop', worker: 'Web_2.x-y', ordinal: 12, release: 'r000042-1f3a9c2e', generation: 7 }
    expect(formatInstanceName(name)).toBe('my-shop@Web_2.x-y@12@r000042-1f3a9c2e@7')
    expect(parseInstanceName(formatInstanceName(name))).toEqual(name)
  })

  test.each(['', 'a', 'a@b@1@r', 'a@b@x@r@1', 'a@b@1@r@1@2', '@b@1@r@1'])('%s is none', (text) => {
    expect(parseInstanceName(text)).toBeUndefined()
  })
})

function attempt(work: () => string): string {
  try {
    return work()
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  }
}
