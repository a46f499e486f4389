import { expect, test } from 'vitest'
import { parseYaml } from '../src/yaml-lines.ts'

test.each([
  ['', undefined],
  ['just words\n', undefined],
  ['site_name: My Docs\n', { site_name: 'My Docs' }],
  ["# first\n---\na: 1 # one\nb: \"x # y\" # two\nc: 'it''s'\n", { a: '1', b: 'x # y', c: "it's" }],
  ['python: 3.10\nstrict: true\nnone: null\n', { python: '3.10', strict: true }],
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
  ['text: >-\n  baseurl: no key\n  at all\nurl: ""\n', { url: '' }],
  ['text: one\n  two\nnext: y\n', { text: 'one two', next: 'y' }],
  ['- a\n- - b\n  - c\n', ['a', ['b', 'c']]],
  ['url: https://example.org:80/x\n', { url: 'https://example.org:80/x' }],
  ['a:\n  __proto__: x\nb: y\n', { a: Object.fromEntries([['__proto__', 'x']]), b: 'y' }],
  ['a: 1\n---\nb: 2\n', { a: '1' }],
])('%j is %j', (text, value) => {
  expect(parseYaml(text)).toEqual(value)
})

test('what a tag or an alias stands for is not there, and nothing of it is taken for a key', () => {
  const text = [
    'markdown_extensions:',
    '  - pymdownx.emoji:',
    '      emoji_index: !!python/name:material.extensions.emoji.twemoji',
    '      format: !!python/object/apply:os.system',
    '        - id',
    'enabled: !ENV [CI, false]',
    'site_dir: out',
    'copy: *anchor',
    'anchored: &anchor',
    '  x: y',
  ].join('\n')
  expect(parseYaml(text)).toEqual({ markdown_extensions: [], site_dir: 'out', anchored: { x: 'y' } })
})

test.each(['a: [', 'a: {b', '"a', '- - - -', '\t- x', ': x', `${'- '.repeat(5000)}x`, '['.repeat(5000), `a: ${'{ a: '.repeat(5000)}`])(
  'broken text is read without failing',
  (text) => {
    expect(() => parseYaml(text)).not.toThrow()
  },
)

test('a long file costs no more than its length', () => {
  const text = Array.from({ length: 20_000 }, (_, index) => `- name${index}: x`).join('\n')
  expect(parseYaml(text)).toHaveLength(20_000)
})
