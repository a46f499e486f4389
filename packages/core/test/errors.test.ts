import { expect, it } from 'vitest'
import { createLog, hop3Error, isHop3Error, maskValue, toHop3Error, type LogEvent } from '../src/index.ts'

it('is recognized by its brand, across copies of core', () => {
  const foreign = Object.assign(new Error('x'), { [Symbol.for('hop3.error')]: true, code: 'config.x' })
  expect([
    isHop3Error(hop3Error('config.x', 'x')),
    isHop3Error(foreign),
    isHop3Error(new Error('x')),
    isHop3Error(null),
    isHop3Error('x'),
  ]).toEqual([true, true, false, false, false])
})

it.each([
  ['config.unknown-key', 'user'],
  ['lock.held', 'retry'],
  ['environment.disk-full', 'environment'],
  ['internal.unexpected', 'internal'],
])('%s is a matter for: %s', (code, kind) => expect(hop3Error(code, 'x').class).toBe(kind))

it.each([
  ['ENOSPC', 'environment.disk-full'],
  ['EROFS', 'environment.read-only'],
  ['EACCES', 'environment.permission'],
  ['EIO', 'environment.io'],
  ['EMFILE', 'environment.file-limit'],
  ['EWHATEVER', 'internal.unexpected'],
])('names the system’s %s', (system, code) => {
  const cause = Object.assign(new Error('raw'), { code: system, path: '/srv/x' })
  const error = toHop3Error(cause, 'Cannot write the artifact')
  expect(error).toMatchObject({ code, cause })
  expect(error.message).toContain('Cannot write the artifact')
  expect(error.hint).toBeTruthy()
})

it('leaves a branded error as it is', () => {
  const error = hop3Error('build.phase-failed', 'x')
  expect(toHop3Error(error, 'y')).toBe(error)
})

it('log events carry phase, strategy and time, masked', () => {
  const events: LogEvent[] = []
  const log = createLog({
    sink: (event) => events.push(event),
    clock: { now: () => new Date(0) },
    mask: (text) => text.replaceAll('secret', '*'),
  })
  log.child({ phase: 'install', strategy: 'local' }).output('a secret', 'stderr')
  log.warn('a secret', { where: 'secret', count: 1, deep: [{ at: new URL('file:///secret'), why: ['a secret'] }] })
  expect(events).toEqual([
    {
      time: '1970-01-01T00:00:00.000Z',
      phase: 'install',
      strategy: 'local',
      level: 'info',
      text: 'a *',
      data: { kind: 'output', stream: 'stderr' },
    },
    {
      time: '1970-01-01T00:00:00.000Z',
      phase: 'hop3',
      strategy: 'hop3',
      level: 'warn',
      text: 'a *',
      data: { where: '*', count: 1, deep: [{ at: 'file:///*', why: ['a *'] }] },
    },
  ])
})

it('masks what refers to itself without end', () => {
  const one: Record<string, unknown> = { text: 'a secret' }
  one['itself'] = one
  expect(maskValue(one, (text) => text.replaceAll('secret', '*'))).toEqual({ text: 'a *', itself: '[circular]' })
})
