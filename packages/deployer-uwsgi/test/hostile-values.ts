/** Generated values that are awkward for shells and for uWSGI's configuration. The same seed gives the same values. */
import { randomFrom } from '@hop3/testing'

const pieces = [
  "'",
  '"',
  '\\',
  '`',
  '$',
  '$$',
  '%',
  '%%',
  '%n',
  '%d',
  '%(home)',
  '$(HOME)',
  '$(id)',
  '@(exec://id)',
  '@(/etc/passwd)',
  '%(',
  '$(',
  '@(',
  ')',
  '${IFS}',
  '$((1+1))',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '  ',
  '\u0001',
  '\u001b[31m',
  '\u007f',
  '\u0081',
  '\u0088',
  '\u00a0',
  '\u0085',
  '\u2028',
  '\ufeff',
  'é',
  '日本',
  '😀',
  '\u{10ffff}',
  '￿',
  'a',
  'Z9',
  '=',
  ';',
  '#',
  '&',
  '|',
  '<',
  '>',
  '!',
  '~',
  '*',
  '?',
  '[uwsgi]',
  'env = A=B',
  'exec = id',
  'EOF',
  '-n',
  '--',
  '\\n',
  "'\\''",
  'x'.repeat(300),
]

export function hostileValue(random: () => number): string {
  const length = Math.floor(random() * 12)
  const parts = Array.from({ length }, () =>
    random() < 0.7 ? pieces[Math.floor(random() * pieces.length)] : String.fromCodePoint(codePoint(random)),
  )
  return parts.join('')
}

/** No two are the same. Among them are 100 kB and the characters of one and of two bytes, each alone and between letters. */
export function distinctValues(count: number, seed: number): readonly string[] {
  const random = randomFrom(seed)
  const short = Array.from({ length: 0x17f }, (_, index) => String.fromCodePoint(index + 1))
  const all = new Set(['', ...short, ...short.map((one) => `a${one}a`), `${"%n'$(x)\n".repeat(12_800)} `].slice(0, count))
  while (all.size < count) all.add(hostileValue(random))
  return [...all]
}

/** `distinctValues` under the names `H0`, `H1`, … */
export function hostileEnvironment(count: number, seed: number): Readonly<Record<string, string>> {
  return Object.fromEntries(distinctValues(count, seed).map((value, index) => [`H${index}`, value]))
}

/** Names somebody could write: of what names are made, with a hostile piece in one of three. */
export function distinctNames(count: number, seed: number): readonly string[] {
  const random = randomFrom(seed)
  const alphabet = 'abzAZ019._--__'
  const letters = (length: number): string => Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)] ?? '').join('')
  const all = new Set<string>()
  while (all.size < count) {
    const name = letters(1 + Math.floor(random() * 70))
    const at = Math.floor(random() * name.length)
    all.add(random() < 1 / 3 ? name.slice(0, at) + hostileValue(random) + name.slice(at) : name)
  }
  return [...all]
}

/** Any scalar value but NUL. */
function codePoint(random: () => number): number {
  const ranges = [
    [1, 0x7f],
    [0x80, 0x7ff],
    [0x800, 0xd7ff],
    [0xe000, 0xffff],
    [0x10000, 0x10ffff],
  ] as const
  const [from, to] = ranges[Math.floor(random() * ranges.length)] ?? [1, 0x7f]
  return from + Math.floor(random() * (to - from))
}
