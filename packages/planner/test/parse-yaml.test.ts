import { expect, test } from 'vitest'
import { errorOf } from './error-of.ts'
import { parseYaml } from '../src/source/parse-yaml.ts'

test.each([
  ['', undefined],
  ['just words\n', 'just words'],
  ['site_name: My Docs\n', { site_name: 'My Docs' }],
  ["# first\n---\na: 1 # one\nb: \"x # y\" # two\nc: 'it''s'\n", { a: '1', b: 'x # y', c: "it's" }],
  ['python: 3.10\nstrict: true\nnone: null\n', { python: '3.10', strict: true, none: null }],
  ['theme:\n  name: material\n  features:\n    - a\n    - b\nnext: x\n', { theme: { name: 'material', features: ['a', 'b'] }, next: 'x' }],
  [
    'plugins:\n- search\n- tags:\n    x: y\n- minify: {}\nsite: z\n',
    { plugins: ['search', { tags: { x: 'y' } }, { minify: {} }], site: 'z' },
  ],
  [
    'install:\n  - requirements: docs/r.txt\n  - method: pip\n    path: .\n',
    { install: [{ requirements: 'docs/r.txt' }, { method: 'pip', path: '.' }] },
  ],
  ['exclude: [a, "b, c", [d]]\nmap: { x: 1, y: [2], "z": q }\n', { exclude: ['a', 'b, c', ['d']], map: { x: '1', y: ['2'], z: 'q' } }],
  ['list: [\n  one,\n  two,\n]\n', { list: ['one', 'two'] }],
  ['text: >-\n  baseurl: no key\n  at all\nurl: ""\n', { text: 'baseurl: no key at all', url: '' }],
  ['text: one\n  two\nnext: y\n', { text: 'one two', next: 'y' }],
  ['- a\n- - b\n  - c\n', ['a', ['b', 'c']]],
  ['url: https://example.org:80/x\n', { url: 'https://example.org:80/x' }],
  ['a:\n  __proto__: x\nb: y\n', { a: Object.fromEntries([['__proto__', 'x']]), b: 'y' }],
  ['a: 1\n---\nb: 2\n', { a: '1' }],
])('%j is %j', (text, value) => {
  expect(parseYaml(text, 'a.yml')).toEqual(value)
})

test('what has a tag is read as if it had none: nothing is made, called or fetched', () => {
  const text = [
    'markdown_extensions:',
    '  - pymdownx.emoji:',
    '      emoji_index: !!python/name:material.extensions.emoji.twemoji',
    '      format: !!python/object/apply:os.system',
    '        - id',
    'enabled: !ENV [CI, false]',
    'first: &anchor',
    '  x: y',
    'second: *anchor',
    'third:',
    '  <<: *anchor',
    '  z: 1',
  ].join('\n')
  expect(parseYaml(text, 'mkdocs.yml')).toEqual({
    markdown_extensions: [{ 'pymdownx.emoji': { emoji_index: '', format: ['id'] } }],
    enabled: ['CI', false],
    first: { x: 'y' },
    second: { x: 'y' },
    third: { x: 'y', z: '1' },
  })
})

test.each([
  ['a: [', 'a.yml:1:5'],
  ['a: 1\nb: {c', 'a.yml:2:6'],
  ['a: 1\n"b', 'a.yml:2:3'],
  ['a: b: c', 'a.yml:1:4'],
  ['a:\n\t- x', 'a.yml:2:1'],
  ['a: *nowhere', 'a.yml: '],
  ['- '.repeat(5000), 'a.yml: '],
  ['['.repeat(5000), 'a.yml: '],
  [`a: ${'{ a: '.repeat(5000)}`, 'a.yml: '],
  ['x: y\n'.repeat(40_000), 'a.yml: '],
])('%.40j is refused, and the message begins with its place', (text, origin) => {
  const error = errorOf(() => parseYaml(text, 'a.yml'))
  expect(error).toMatchObject({ code: 'config.syntax', message: expect.stringContaining(origin) })
})

test('aliases that stand for more and more are refused', () => {
  const lines = Array.from({ length: 12 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`)
  expect(errorOf(() => parseYaml(`a0: &a0 [x]\n${lines.join('\n')}\n`, 'a.yml')).code).toBe('config.syntax')
})
