/** Generated values that are awkward for YAML, Compose's variables and shells. The same seed gives the same values. */
import { randomFrom } from './random-from.ts'

const pieces = [
  '$', '$$', '${', '}', '${HOME}', '${HOME:-x}', '${X:?no}', '$(id)', '$1', '"', "'", '\\', '\\u0041', '\n', '\r\n', '\t', ' ', '  ', ': ', ' #', '- ', '&a', '*a', '<<', '!', '!!binary', '%', '@', '`',
  '{', '[', ']', ',', '|', '>', '---', '...', 'null', '~', 'yes', 'NO', 'on', '1e3', '0x1f', '22:22', '=', '\u0001', '\u001b[31m', '\u007f', '\u0081', '\u0085', '\u00a0', '\u2028', '\u2029', '\ufeff', '\ufffe', '\uffff', 'é', '日本',
  '😀', '\u{10ffff}', 'a', 'Z9', 'x'.repeat(300),
] // prettier-ignore

/** No two are the same. Among them are the characters of one and of two bytes, each alone and between letters, and 100 kB. */
export function distinctValues(count: number, seed: number): readonly string[] {
  const random = randomFrom(seed)
  const short = Array.from({ length: 0x17f }, (_, index) => String.fromCodePoint(index + 1))
  const all = new Set(['', ...short, ...short.map((one) => `a${one}a`), `${'%n"$(x)\n'.repeat(12_500)} `].slice(0, count))
  while (all.size < count) {
    const length = Math.floor(random() * 12)
    const parts = Array.from({ length }, () => (random() < 0.8 ? pieces[Math.floor(random() * pieces.length)] : character(random)))
    all.add(parts.join(''))
  }
  return [...all]
}

/** Any scalar value but NUL. */
function character(random: () => number): string {
  const code = 1 + Math.floor(random() * (random() < 0.5 ? 0xd7fe : 0x10_fffe))
  return String.fromCodePoint(code >= 0xd800 && code <= 0xdfff ? 0xe000 : code)
}
