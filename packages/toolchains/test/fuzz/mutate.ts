import type { Random } from './random.ts'

/** Texts parted by blanks, each written as in JSON. */
function texts(list: string): readonly string[] {
  return list
    .trim()
    .split(/\s+/)
    .map((text) => String(JSON.parse(`"${text}"`)))
}

/** What ends or begins something, in another encoding or language, or has a meaning to a program. */
const words = texts(String.raw`
  \u0000 \ufeff \r\n \r \u2028 \t \\ \" ' ${'`'} ${'${'} $( { } [ ] < > </ <!-- <![CDATA[ ( ) # // /* */ ; : = == ~> ^ * , | & % 🙂 é \ud800
  __proto__ constructor toString null true -1 1e999 NaN ../../etc/passwd /etc/passwd C:\\x
`)

/** What a pattern may go over again and again, and what nests. */
const repeated = texts(String.raw`
  {\"a\": [ ( \u0020 \n \t a 0 \" <a> <a\u0020 -\u0020 a. \\\" 1. >=1\u0020 =\u0020\" /* // # <!-- ${'${'} \t\n \n\t \\\n x= x:\u0020 [a]\n \"a\":\"b\",
  {} {a,b} **/ *a a\u0020b\u0020 end\n do\n ;; -- --[ /** :: .. ../ a/ / => % ^{ #_ import\u0020 from\u0020a\u0020import\u0020 gem\u0020\" x\u0020=\u0020[\n
  \r\n \u00a0 ,\u0020 \u0020, ? \"sdk\":{ use(\n packages:\n extensions=[\n group\u0020:a,\u0020[ \t# '\\ \"\"\u0022 ''\u0027
`)

const values = texts(String.raw`
  null 1 -0 true [] {} \"\" \"x\" [null] {\"a\":[]} [\"\",1] {\"__proto__\":1} 3.5 \"...\" [[[]]] \"a\\u0000b\" [\"*\",\"!x\"] 1979-05-27
  {\"a\":{\"b\":{\"c\":1}}} \"../..\" 9007199254740993
`)

/** The text with some of it cut, doubled, exchanged, or something put in. */
export function mutate(text: string, random: Random): string {
  let result = text
  for (let rounds = random.below(4); rounds > 0; rounds--) result = once(result, random)
  return result
}

function once(text: string, random: Random): string {
  const start = random.below(text.length + 1)
  const end = Math.min(text.length, start + random.below(40))
  const kind = random.below(8)
  if (kind === 0) return text.slice(0, start)
  if (kind === 1) return text.slice(0, start) + text.slice(end)
  if (kind === 2) return text.slice(0, end) + text.slice(start)
  if (kind === 3) return text.slice(0, start) + random.pick(words) + text.slice(end)
  if (kind === 4) return text.slice(0, start) + String.fromCodePoint(random.below(0x2_500)) + text.slice(start)
  if (kind === 5) return withOtherValue(text, start, random)
  if (kind === 6) return text.slice(0, start) + longText(random) + text.slice(end)
  return text.slice(0, start) + text.slice(start).toUpperCase()
}

/** One in twenty is so long that a pattern which goes over all of it for each of its characters takes too long. */
function longText(random: Random): string {
  const unit = random.pick(repeated)
  const length = random.chance(0.05) ? 20_000 : random.pick([30, 300, 3000])
  return unit.repeat(Math.ceil(length / unit.length))
}

/** The next value after `:` or `=` is one of another type. */
function withOtherValue(text: string, from: number, random: Random): string {
  const found = /[:=]\s*("[^"\n]*"|[\w.]+|\[[^\]]*\]|\{[^}]*\})/.exec(text.slice(from, from + 2000))
  if (found?.[1] === undefined) return text + random.pick(values)
  const start = from + found.index + found[0].length - found[1].length
  return text.slice(0, start) + random.pick(values) + text.slice(start + found[1].length)
}
