// Which strategies work together, from the record the tests keep of what they have seen (system-tests/src/proven-pairs.ts).
import { existsSync, readFileSync } from 'node:fs'

export function provenStrategies(record, root) {
  const triples = Object.entries(record).flatMap(([file, list]) => list.map((triple) => [file, ...triple.split(' · ')]))
  const builders = distinct(triples.map(([, builder]) => builder))
  const deployers = distinct(triples.map(([, , deployer]) => deployer))
  const cell = (builder, deployer) => {
    const found = triples.filter((one) => one[1] === builder && one[2] === deployer)
    return found.length === 0 ? '–' : distinct(found.map((one) => `\`${one[3]}\``)).join(' ')
  }
  const rows = builders.map((builder) => `| \`${builder}\` | ${deployers.map((deployer) => cell(builder, deployer)).join(' | ')} |`)
  return {
    lines: [
      `| builder | ${deployers.map((deployer) => `\`${deployer}\``).join(' | ')} |`,
      `|---|${deployers.map(() => '---|').join('')}`,
      ...rows,
      '',
      `Seen by ${Object.keys(record)
        .map((file) => `[${file.split('/').at(-1)}](../${file})`)
        .join(', ')}.`,
    ],
    problems: Object.keys(record)
      .filter((file) => !existsSync(new URL(file, root)) || !readFileSync(new URL(file, root), 'utf8').includes(`expectProven('${file}'`))
      .map((file) => `docs/texts/proven.json names ${file}, and no test of that name keeps the record`),
  }
}

function distinct(names) {
  return [...new Set(names)].toSorted((one, other) => (one < other ? -1 : 1))
}
