/** Generated values that are awkward for shells and for uWSGI's configuration. The same seed gives the same values. */

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

/** A pseudo-random sequence of numbers from 0 to below 1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export function hostileValue(random: () => number): string {
  const length = Math.floor(random() * 12)
  const parts = Array.from({ length }, () =>
    random() < 0.7 ? pieces[Math.floor(random() * pieces.length)] : String.fromCodePoint(codePoint(random)),
  )
  return parts.join('')
}

export function hostileEnvironment(count: number, seed: number): Readonly<Record<string, string>> {
  const random = randomFrom(seed)
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`H${index}`, hostileValue(random)]))
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
