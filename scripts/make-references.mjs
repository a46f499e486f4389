// Writes the generated parts of the reference pages: keys and fields from the schemas, commands from the CLI's table, errors from the sources,
// which strategies work together from the record that tests keep.
// Each part stands between two comments in its page. With --check nothing is written, and a page that differs is a failure.
import { readFileSync, writeFileSync } from 'node:fs'
import { artifactFields } from './references/artifact-fields.mjs'
import { commandLine } from './references/command-line.mjs'
import { configurationKeys, planKeys } from './references/configuration-keys.mjs'
import { errorCodes } from './references/error-codes.mjs'
import { provenStrategies } from './references/proven-strategies.mjs'

const root = new URL('../', import.meta.url)
const isCheck = process.argv.includes('--check')
const problems = []

const parts = [
  { page: 'docs/configuration.md', name: 'keys', make: () => configurationKeys(textsOf('configuration'), root) },
  { page: 'docs/plan.md', name: 'keys', make: () => planKeys(textsOf('plan')) },
  { page: 'docs/artifact.md', name: 'fields', make: () => artifactFields(textsOf('artifact'), root) },
  { page: 'docs/errors.md', name: 'codes', make: () => errorCodes(textsOf('errors'), root) },
  { page: 'docs/selection.md', name: 'proven strategies', make: () => provenStrategies(textsOf('proven'), root) },
  { page: 'docs/cli.md', name: 'commands', make: () => commandLine() },
]

for (const { page, name, make } of parts) {
  const { lines, problems: found } = await make()
  problems.push(...found.map((problem) => `${page}: ${problem}`))
  const path = new URL(page, root)
  const before = readFileSync(path, 'utf8')
  const after = replaced(page, before, name, lines)
  if (after === before) continue
  if (isCheck) problems.push(`${page}: it is not what the sources say now; run \`npm run references\``)
  else writeFileSync(path, after)
}

for (const problem of problems) console.error(problem)
console.error(problems.length === 0 ? 'Reference pages: up to date.' : `Reference pages: ${problems.length} problems.`)
process.exitCode = problems.length === 0 ? 0 : 1

/** What the pages say about each key, field or code; everything else comes from the sources. */
function textsOf(name) {
  return JSON.parse(readFileSync(new URL(`docs/texts/${name}.json`, root), 'utf8'))
}

function replaced(page, text, name, lines) {
  const [begin, end] = [`<!-- generated: ${name} (npm run references) -->`, `<!-- end of ${name} -->`]
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (after === undefined) throw new Error(`${page} lacks the comments ${begin} and ${end}`)
  return `${before}${begin}\n\n${lines.join('\n')}\n\n${end}${after}`
}
