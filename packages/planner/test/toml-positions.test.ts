import { parse } from 'smol-toml'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { positionAt } from '../src/source/text-position.ts'
import { tomlPositions, type TomlNode } from '../src/source/toml-positions.ts'

function at(text: string, ...keys: string[]): string {
  const node = keys.reduce<TomlNode | undefined>((found, key) => found?.children.get(key), tomlPositions(text))
  if (node === undefined) return 'nowhere'
  const { line, column } = positionAt(text, node.offset)
  return `${line}:${column}`
}

describe('tomlPositions', () => {
  test.each([
    ['a = 1\nbb = 2\n', ['bb'], '2:1'],
    ['[run]\n  start = "x"\n', ['run', 'start'], '2:3'],
    ['[run]\n', ['run'], '1:2'],
    ['[a.b]\nc = 1\n', ['a', 'b', 'c'], '2:1'],
    ['[ a . "b c" ]\nd = 1\n', ['a', 'b c'], '1:7'],
    ['a.b.c = 1\n', ['a', 'b', 'c'], '1:5'],
    ['a . "b\\u0063" = 1\n', ['a', 'bc'], '1:5'],
    ["'a.b' = 1\n", ['a.b'], '1:1'],
    ['x = { a = 1, b = { c = 2 } }\n', ['x', 'b', 'c'], '1:20'],
    ['x = {\n  a = 1,\n  b.c = 2,\n}\n', ['x', 'b', 'c'], '3:5'],
    ['[[p]]\nn = 1\n[[p]]\nn = 2\n', ['p', '1', 'n'], '4:1'],
    ['[[p]]\nn = 1\n[p.q]\nr = 2\n[[p]]\n[p.q]\nr = 3\n', ['p', '1', 'q', 'r'], '7:1'],
    ['[[a]]\n[[a.b]]\nc = 1\n[[a.b]]\nc = 2\n', ['a', '0', 'b', '1', 'c'], '5:1'],
    ['list = [\n  "a", # one\n  "b]",\n  3,\n]\nnext = 1\n', ['list', '2'], '4:3'],
    ['list = [[1, 2], [3]]\n', ['list', '1', '0'], '1:18'],
    ['s = """a\n[x]\nb = 1\n\\""" """\nnext = 1\n', ['next'], '5:1'],
    ["s = '''a\n\\'''\nnext = 1\n", ['next'], '3:1'],
    ['s = """a"""""\nnext = 1\n', ['next'], '2:1'],
    ['# [c]\r\n\r\nd = 1979-05-27T07:32:00Z # e = 1\r\nnext = 1\r\n', ['next'], '4:1'],
    ['é = 1', ['é'], '1:1'],
    ['"#" = "]" # x\nb = 1\n', ['b'], '2:1'],
  ])('%j: %j is at %s', (text, keys, expected) => {
    expect(at(text, ...keys)).toBe(expected)
  })

  test('every key of a generated document has a position', () => {
    fc.assert(
      fc.property(tomlText(), (text) => {
        const root = tomlPositions(text)
        expect(missing(parse(text), root, [])).toEqual([])
      }),
      { numRuns: 300 },
    )
  })

  test('texts that are no TOML, and very long ones, end', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...Array.from('[]{}="\'.,#\n\\ ab1')) }), (text) => tomlPositions(text).offset === 0),
      { numRuns: 2000 },
    )
    const megabytes = 'x'.repeat(3_000_000)
    for (const long of [
      `a = "${megabytes}"\nb = 1`,
      `a = """${megabytes}"""\nb = 1`,
      `#${megabytes}\nb = 1`,
      `a = '${megabytes}'\nb = 1`,
      `a = "${'\\n'.repeat(1_000_000)}"\nb = 1`,
      '\n'.repeat(1_000_000) + 'b = 1',
    ]) {
      expect(tomlPositions(long).children.has('b')).toBe(true)
    }
    expect(tomlPositions('a = '.padEnd(100_000, '[')).children.has('a')).toBe(true)
  })
})

function missing(value: unknown, node: TomlNode, path: readonly string[]): readonly string[] {
  if (typeof value !== 'object' || value === null || value instanceof Date) return []
  return Object.entries(value).flatMap(([key, below]) => {
    const child = node.children.get(key)
    return child === undefined ? [[...path, key].join('.')] : missing(below, child, [...path, key])
  })
}

/** Documents with every kind of table, each key once. */
function tomlText(): fc.Arbitrary<string> {
  const value = fc.constantFrom(
    '1',
    '"a # b"',
    "'c = 1'",
    '"""\n[d]\n"""',
    "'''e\n'''",
    'true',
    '1979-05-27',
    '[]',
    '[1, [2, "]"]]',
    '{ a.b = 1, "c d" = [{ e = "}" }] }',
    '[ # x\n 1,\n]',
  )
  const key = fc.constantFrom('k', '"k k"', "'k.k'", 'k.l.m', '"\\u006b\\t"', 'k-1', '1')
  const pairs = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name.split('.')[0] ?? '', maxLength: 4 })
  const body = pairs.map((list) => list.map(([name, one]) => `${name} = ${one} # x\n`).join(''))
  const sections = fc.array(fc.tuple(fc.constantFrom('[t%]', '[ t% . "s s" ]', '[[u]]', '[[u]]\n[u.v]', '[[u.w]]'), body), { maxLength: 5 })
  return fc
    .tuple(body, sections)
    .map(
      ([top, list]) =>
        top +
        list.map(([head, own], index) => `${head === '[[u.w]]' ? '[[u]]\n' : ''}${head.replace('%', String(index))}\n${own}`).join(''),
    )
}
