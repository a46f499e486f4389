/** What long texts are made of, whatever file they are in: blanks, words, what opens something and is never closed, what nests. */
import type { LongText } from '@hop3/testing'

const blanks = [' ', '\t', '\n', '\r\n', '\u00a0']
const repeated = [
  'a', '1', '.1', '1.', '/', 'a/', '.', '-', 'a.', 'a,', 'a, ', 'a\n', 'a,\n', 'a = ', 'a: ', 'a:\n', '- ', '* ', '**/', '#', '# ', '#\n', '//', '/*', '<!--', '(', '[', '{', '()', '[]',
  '{}', '"', "'", '"a', '"a",', "'a', ", '""', '\\', '\\\n', '$', '${', '@a/', '::', ' a (1\n', '~> 1.', '\t\n', '=begin\n', ';; ', '<a>', '<a ', 'é', '\u2028',
] // prettier-ignore

export const usualTexts: readonly LongText[] = [
  ...blanks.flatMap((unit) => [{ unit }, { opening: 'a', unit, end: 'x"x' }, { opening: 'a: b', unit, end: '"\u2028x' }]),
  ...repeated.map((unit) => ({ unit })),
]
