/** What a user wrote, through the real systemd: byte-identical in the worker, or refused. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { randomFrom } from '@hop3/testing'
import { expect, it, vi } from 'vitest'
import { environmentText, unitText } from '../src/index.ts'
import { assignment, execWord, filePath } from '../src/escape.ts'
import { lacksManager, runUnits, temporary } from './real-systemd.ts'
import { runtime } from './shop.ts'

vi.setConfig({ testTimeout: 90_000 })

const written = [
  '$HOME',
  '${HOME}',
  '$$',
  '$',
  '%h',
  '%',
  '%%',
  '\\',
  '\\\\',
  '"',
  "'",
  '`id`',
  '$(id)',
  ';',
  ' ; ',
  '@',
  '-',
  '+',
  ':',
  '!',
  '',

  'a\nb',
  '\n',
  'x\\\n',
  '\r\n',
  '\t',
  '\u0001\u001b[31m\u007f',
  '\\x41',
  '\\n',
  '\\"',
  '"\\',
  "it's",
  '# no',
  ' lead',
  'trail ',
  '\u00e9\u{1f600}\u2028\ufeff',
  '[Service]\nUser=root',
  '"\nExecStart=/bin/false\n"',
  '${',
  '$}',
  '%\n%',
  '\\$',
  '\\`',
  '\n\n',
  '=',
  'a=b=c',
  '~',
  '*',
  '\\\\\\"',
]

function hostileTexts(count: number): readonly string[] {
  const random = randomFrom(7)
  const alphabet = [
    '\\',
    '"',
    "'",
    '$',
    '%',
    '\n',
    '\t',
    '\r',
    ' ',
    '`',
    '{',
    '}',
    ';',
    '#',
    '=',
    'a',
    'n',
    'x',
    '0',
    '\u0001',
    '\u00e9',
    '\u{1f600}',
  ]
  const made = Array.from({ length: count }, () =>
    Array.from({ length: Math.floor(random() * 12) }, () => alphabet[Math.floor(random() * alphabet.length)] ?? '').join(''),
  )
  return [...written, ...made]
}

it.skipIf(lacksManager())('arrives in arguments, variables and files of variables byte for byte', () => {
  const directory = temporary()
  const texts = hostileTexts(1_500)
  const named = (prefix: string) => texts.map((text, index) => [`${prefix}${index}`, text] as const)
  const seen = join(directory, 'seen.json')
  const file = join(directory, 'f[i]l?e*{a,b}~.env')
  writeFileSync(file, environmentText(Object.fromEntries(named('FILE')), { runtime }))
  writeFileSync(
    join(directory, 'tell.mjs'),
    `import { renameSync, writeFileSync } from 'node:fs'
const { env, argv } = process
writeFileSync('${seen}.new', JSON.stringify({ env, words: argv.slice(2) }))
renameSync('${seen}.new', '${seen}')`,
  )
  const service = {
    Type: 'oneshot',
    Environment: named('UNIT').map(([name, value]) => assignment(name, value)),
    EnvironmentFile: filePath(file),
    ExecStart: [process.execPath, join(directory, 'tell.mjs'), ...texts.map((text) => execWord(text, 'a word'))].join(' '),
  }
  writeFileSync(join(directory, 'tell.service'), unitText({ name: 'tell.service', sections: { Service: service } }))
  runUnits(directory, 'tell.service', seen)
  const { env, words } = JSON.parse(readFileSync(seen, 'utf8'))
  expect(words).toEqual(texts)
  expect(named('UNIT').filter(([name, value]) => env[name] !== value)).toEqual([])
  expect(named('FILE').filter(([name, value]) => env[name] !== value)).toEqual([])
})

it('is refused where no process could be given it', () => {
  for (const text of ['a\0b', '\ud800', 'x'.repeat(140_000)]) {
    expect(() => execWord(text, 'the command')).toThrow(/systemd cannot be given the command: it /)
    expect(() => assignment('A', text)).toThrow(/the variable A/)
    expect(() => environmentText({ A: text }, { runtime })).toThrow(/the variable A/)
  }
  for (const name of ['', '1A', 'A B', 'A=B', 'A\n', '\u00e9']) expect(() => assignment(name, '')).toThrow(/the variable/)
})

it('says nothing in a file of variables that the units say', () => {
  const text = environmentText({ PORT: '1', HOP3_DATA: '/', APP: 'x', SECRET: 's', PATH: '/opt/bin' }, { runtime })
  expect(text).toBe(`SECRET="s"\nPATH="${runtime.pathPrepend[0] ?? ''}:/opt/bin"\n`)
})
