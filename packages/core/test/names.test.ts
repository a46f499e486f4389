import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkAppName, checkWorkerName, formatReleaseId, isHop3Error, printable, releaseCounter, visible } from '../src/index.ts'

describe('checkAppName', () => {
  it.each(['a', 'blog', 'my-app-2', `a${'b'.repeat(62)}`])('takes %s', (name) => {
    expect(checkAppName(name)).toBe(name)
  })

  it.each(['', 'A', '1a', '-a', '../x', 'a b', 'a;id', 'a\nb', 'a\n', 'é', `a${'b'.repeat(63)}`, 'a_b', 'a.b'])('refuses %j', (name) => {
    expect(() => checkAppName(name, 'hop3.toml:2:6')).toThrow(
      expect.objectContaining({ code: 'config.app-name', message: expect.stringContaining('hop3.toml:2:6') }),
    )
  })

  it('lets nothing through that could be a path, an option or a line of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        try {
          checkAppName(name)
        } catch (error) {
          return isHop3Error(error)
        }
        return /^[a-z][a-z0-9-]*$/.test(name) && !name.includes('\n')
      }),
    )
  })
})

describe('checkWorkerName', () => {
  it.each(['web', 'cron.daily', 'Worker_2', '2'])('takes %s', (name) => expect(checkWorkerName(name)).toBe(name))
  it.each(['', '.x', '-x', 'a/b', 'a@b', 'a b', 'a\n'])('refuses %j', (name) => {
    expect(() => checkWorkerName(name)).toThrow(expect.objectContaining({ code: 'config.worker-name' }))
  })
})

describe('release ids', () => {
  it('keep the counter', () => {
    expect(formatReleaseId(42, '1f3a9c2e77')).toBe('r000042-1f3a9c2e')
    expect(releaseCounter('r000042-1f3a9c2e')).toBe(42)
    expect(releaseCounter('r1234567-1f3a9c2e')).toBe(1_234_567)
  })
  it.each(['', 'r42-1f3a9c2e', 'r000042', 'r000042-1f3a9c2', '../r000042-1f3a9c2e'])('are not %j', (id) =>
    expect(releaseCounter(id)).toBeUndefined(),
  )
})

describe('visible', () => {
  it('shows what cannot be seen', () => {
    expect(visible('a\u0000b\n\u200b\u202e\ufeff')).toBe('"a\\u0000b\\n\\u200b\\u202e\\ufeff"')
  })
  it('shows the same without quotes, whole, in a cell', () => {
    expect(printable('a "b" \\ é 日\u0000\n\t\u001b[2J\u0085\u202e\u2066')).toBe(
      'a "b" \\ é 日\\u0000\\n\\t\\u001b[2J\\u0085\\u202e\\u2066',
    )
    expect(printable('x'.repeat(500))).toHaveLength(500)
  })
  it('cuts what is too long', () => expect(visible('x'.repeat(500)).length).toBeLessThan(110))
})
