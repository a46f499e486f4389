import { hop3Error, type LogEvent } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { errorText, errorValue } from '../../src/render/error-text.ts'
import { createLiveView } from '../../src/render/live-view.ts'
import { createOutput } from '../../src/render/output.ts'
import { createPlainView } from '../../src/render/plain-view.ts'
import type { Paint } from '../../src/render/style.ts'
import { textWidth } from '../../src/render/text-width.ts'
import type { Verbosity } from '../../src/render/view.ts'

const noPaint: Paint = (_style, text) => text
const event = (phase: string, text: string, data?: LogEvent['data'], level: LogEvent['level'] = 'info'): LogEvent => ({
  time: '2026-01-01T00:00:00.000Z',
  phase,
  strategy: 'local',
  level,
  text,
  ...(data && { data }),
})
const story = [
  event('install', 'Installing with npm', { kind: 'begin' }),
  event('install', 'added 12 packages', { kind: 'output', stream: 'stdout' }),
  event('install', 'key is abc', undefined, 'debug'),
  event('install', '', { kind: 'end', milliseconds: 2345 }),
  event('build', 'no lockfile', undefined, 'warn'),
  event('build', '', { kind: 'end', milliseconds: 1, cached: true }),
  event('check', '', { kind: 'end', milliseconds: 900, outcome: 'failed' }),
]

describe('plain lines', () => {
  const shown = (verbosity: Verbosity): string => {
    let text = ''
    const view = createPlainView({ write: (part) => (text += part), paint: noPaint, verbosity })
    for (const one of story) view.event(one)
    return text
  }

  test('normal, verbose, quiet', () => {
    expect(shown('normal')).toBe(
      '→ install  Installing with npm\n  added 12 packages\n✓ install  2.3 s\nwarning: no lockfile\n✓ build  cached\n✗ check  0.9 s\n',
    )
    expect(shown('verbose')).toContain('  key is abc\n')
    expect(shown('quiet')).toBe('warning: no lockfile\n')
  })
})

describe('the live view', () => {
  function live(columns: number) {
    let [text, now] = ['', 0]
    const view = createLiveView({
      write: (part) => (text += part),
      columns: () => columns,
      monotonic: () => now,
      paint: noPaint,
      verbosity: 'normal',
    })
    return { view, text: () => text, pass: (milliseconds: number) => (now += milliseconds) }
  }

  test('draws what runs, keeps what has ended, and gives the cursor back', () => {
    const { view, text, pass } = live(80)
    view.event(event('install', 'install', { kind: 'begin' }))
    pass(1500)
    view.event(event('install', 'added 12 packages', { kind: 'output' }))
    view.event(event('build', 'build', { kind: 'begin' }))
    expect(text()).toContain('⠋ install  1.5 s\n  added 12 packages\n⠋ build  0.0 s\n')
    view.event(event('install', '', { kind: 'end', milliseconds: 1600 }))
    // Three lines up to where the frame began, and everything below erased.
    expect(text().split('\u001b[?2026h').at(-1)).toBe('\u001b[3A\r\u001b[J✓ install  1.6 s\n⠋ build  0.0 s\n\u001b[?2026l')
    view.close('failed')
    view.close('ok')
    expect(text()).toContain('✗ build')
    expect(text().endsWith('\u001b[?25h')).toBe(true)
    expect(text().split('\u001b[?25l')).toHaveLength(2)
    expect(text().split('\u001b[?25h')).toHaveLength(2)
  })

  test.each([8, 20, 40])('no line wraps in a window of %i columns', (columns) => {
    const { view, text } = live(columns)
    view.event(event('a-phase-with-a-long-name-日本語', 'x', { kind: 'begin' }))
    view.event(event('a-phase-with-a-long-name-日本語', '日本語 '.repeat(40), { kind: 'output' }))
    view.event(event('b', 'b', { kind: 'begin' }))
    const frame = text().split('\u001b[J').at(-1)?.split('\u001b[?2026l')[0] ?? ''
    for (const line of frame.split('\n')) expect(textWidth(line)).toBeLessThan(Math.max(columns, 9))
    view.close('ok')
  })
})

describe('errors', () => {
  const error = hop3Error('health.timeout', 'web.1 did not answer.', {
    hint: 'Look at `hop3 logs`.',
    details: { ordinal: 1 },
    cause: new Error('refused', { cause: 'deep' }),
  })

  test('for a person', () => {
    expect(errorText(error, noPaint, false)).toBe('error: web.1 did not answer. [health.timeout]\nhint: Look at `hop3 logs`.')
    expect(errorText(error, noPaint, true)).toContain('cause: refused\ncause: deep')
    expect(errorText(hop3Error('internal.unexpected', 'Oops.'), noPaint, false)).toMatch(/^error: Oops\. \[internal\.unexpected\]\n +at /)
  })

  test('for a program', () => {
    expect(errorValue(error)).toEqual({
      code: 'health.timeout',
      message: 'web.1 did not answer.',
      hint: 'Look at `hop3 logs`.',
      details: { ordinal: 1 },
    })
    expect(errorValue(hop3Error('internal.x', 'x'))).toEqual({ code: 'internal.x', message: 'x', hint: null, details: {} })
  })
})

describe('secrets', () => {
  function outputs(json: boolean) {
    const texts = { stdout: '', stderr: '' }
    const stream = (name: 'stdout' | 'stderr') => ({ write: (text: string) => Boolean((texts[name] += text)), on: () => {} })
    const output = createOutput({ terminal: { env: {}, stdout: stream('stdout'), stderr: stream('stderr') }, json, verbosity: 'verbose' })
    output.protect(['hunter22'])
    return { output, texts }
  }

  test.each([true, false])('are not shown in talk and errors (json: %s)', (json) => {
    const { output, texts } = outputs(json)
    output.say('it is hunter22')
    output.failure(
      hop3Error('deploy.x', 'saw hunter22', { hint: 'not hunter22', details: { seen: 'hunter22' }, cause: new Error('hunter22') }),
    )
    expect(texts.stdout + texts.stderr).not.toContain('hunter22')
    expect(texts.stdout + texts.stderr).toContain('[MASKED]')
  })

  test.each([true, false])('not even those JSON escapes (json: %s)', (json) => {
    const { output, texts } = outputs(json)
    const secret = 'say "friend"\\ and\nenter'
    output.protect([secret])
    output.failure(hop3Error('deploy.x', `saw ${secret}`, { hint: secret, details: { all: [{ seen: secret }] }, cause: { seen: secret } }))
    const text = texts.stdout + texts.stderr
    expect(text).not.toContain('friend')
    expect(text.match(/\[MASKED\]/g)).toHaveLength(3)
    expect(text).toContain(json ? '"code":"deploy.x"' : '[deploy.x]')
    expect(text).toContain(json ? '{"seen":"[MASKED]"}' : 'cause: {"seen":"[MASKED]"}')
  })
})

describe('what terminals obey', () => {
  // The window's title, the clipboard, the cursor, a color, a bell, and C1's form of a sequence.
  const attack = 'a\u001b]0;owned\u0007b\u001b]52;c;b3du\u001b\\c\u001b[2J\u001b[1Ad\u001b[31me\u0007\u009b2Jf\rg\nh'
  const events = [
    event(attack, attack, { kind: 'begin' }),
    event(attack, attack, { kind: 'output' }),
    event(attack, attack, { kind: 'command' }),
    event(attack, attack, undefined, 'warn'),
    event(attack, attack, undefined, 'error'),
    event(attack, attack, undefined, 'debug'),
    event(attack, attack),
    event(attack, attack, { kind: 'end', milliseconds: 1 }),
    event(attack, attack, { kind: 'begin' }),
  ]
  // eslint-disable-next-line no-control-regex -- what is looked for
  const controls = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/

  test('stays out of plain lines', () => {
    let text = ''
    const view = createPlainView({ write: (part) => (text += part), paint: noPaint, verbosity: 'verbose' })
    for (const one of events) view.event(one)
    view.close('failed')
    expect(text).not.toMatch(controls)
    expect(text).toContain('warning: abcdef\ng\nh\n')
  })

  test('stays out of the live view', () => {
    let text = ''
    const view = createLiveView({
      write: (part) => (text += part),
      columns: () => 80,
      monotonic: () => 0,
      paint: noPaint,
      verbosity: 'verbose',
    })
    for (const one of events) view.event(one)
    view.close('failed')
    // eslint-disable-next-line no-control-regex -- the view's own frames
    expect(text.replace(/\u001b\[(\?2026[hl]|\?25[hl]|J|\d+A\r)/g, '')).not.toMatch(controls)
    expect(text).not.toContain('owned')
  })

  test('stays out of errors', () => {
    const error = hop3Error('internal.x', attack, { hint: attack, cause: new Error(attack, { cause: { seen: attack } }) })
    expect(errorText(error, noPaint, true)).not.toMatch(controls)
    expect(errorText(error, noPaint, true)).toContain('error: abcdef\ng\nh [internal.x]\nhint: abcdef\ng\nh\ncause: abcdef')
  })
})
