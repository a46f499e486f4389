import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSecretMask } from '../src/index.ts'

const secret = 'hunter2-hunter2'

describe('mask', () => {
  const { mask } = createSecretMask([secret, 'p@ss word/1', 'abc'])
  it('hides a value and its encoded forms', () => {
    const forms = [
      secret,
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
      encodeURIComponent('p@ss word/1'),
    ]
    for (const form of forms) expect(mask(`before ${form} after`)).toBe('before [MASKED] after')
  })
  it('leaves values alone that are too short to be told from words', () => expect(mask('abc')).toBe('abc'))
  it('hides the password in any URL', () => {
    expect(mask('postgres://app:s3cr@db/x')).toBe('postgres://app:[MASKED]@db/x')
    expect(mask('https://example.org/a@b')).toBe('https://example.org/a@b')
  })
  it.each([
    ['postgres://u:p@ss-word@host/db', 'postgres://u:[MASKED]@host/db'],
    ['postgres://u:ab/cd+ef==@host/db', 'postgres://u:[MASKED]@host/db'],
    ['amqp://u:12/34@host', 'amqp://u:[MASKED]@host'],
    ['https://ghp_0123456789abcdef@github.com/x', 'https://[MASKED]@github.com/x'],
    ['https://a@b@github.com/x', 'https://[MASKED]@github.com/x'],
    ['redis://:s3cret@h', 'redis://:[MASKED]@h'],
    [`{"a":"postgres://u:p@h","b":"c@d"}`, `{"a":"postgres://u:[MASKED]@h","b":"c@d"}`],
    [`postgres://u:p"q@h`, 'postgres://u:[MASKED]@h'],
    ['from https://packages.example.org/@scope/x and http://localhost:4873/@scope/x', undefined],
    ['git+ssh://git@github.com/x.git', undefined],
    ['http://[::1]:8080/@scope/x', undefined],
  ])('hides what lets someone in, and nothing else, in %s', (text, shown) => expect(mask(text)).toBe(shown ?? text))
  it('hides each long line of a value of several lines', () => {
    const key = '-----BEGIN KEY-----\nabcdefghijklmnop\nqrstuvwxyz012345\n-----END KEY-----'
    expect(createSecretMask([key]).mask('x abcdefghijklmnop y')).toBe('x [MASKED] y')
  })
})

describe('stream', () => {
  it('never shows a secret, however the text is cut, and loses nothing else', () => {
    const pieces = fc.constantFrom(
      secret,
      secret.slice(0, 9),
      'x',
      ' ',
      'postgres://u:pw123456@h ',
      'db://u:a@b/c@h',
      '"',
      'ünï ',
      secret + secret,
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), fc.array(fc.nat(20), { minLength: 1, maxLength: 30 }), (texts, cuts) => {
        const mask = createSecretMask([secret])
        const text = texts.join('')
        const stream = mask.stream()
        let shown = ''
        let rest = text
        for (let index = 0; rest !== ''; index++) {
          const length = (cuts[index % cuts.length] ?? 0) + 1
          shown += stream.write(rest.slice(0, length))
          rest = rest.slice(length)
          expect(shown).not.toContain(secret)
        }
        shown += stream.end()
        expect(shown).toBe(mask.mask(text))
      }),
      { numRuns: 500 },
    )
  })
})
