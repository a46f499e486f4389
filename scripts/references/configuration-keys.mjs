/* oxlint-disable no-restricted-imports -- the schema is no part of the planner's interface, and the page is about exactly that schema */
import { planInputSchema } from '../../packages/core/src/schemas.ts'
import { hop3TomlSchema } from '../../packages/planner/src/config/hop3-toml-schema.ts'
/* oxlint-enable no-restricted-imports */
import { describedRows, row } from './described-rows.mjs'
import { schemaKeys } from './schema-keys.mjs'
import { strategyOptions } from './strategy-options.mjs'

/** The keys of hop3.toml, a table for each section, and for what a strategy reads itself. */
export async function configurationKeys(texts, root) {
  const ofStrategies = await strategyOptions(root)
  const keys = [...schemaKeys(hop3TomlSchema(() => true)), ...ofStrategies]
  const { textOf, problems } = describedRows(
    keys.map(({ path }) => path),
    texts,
    'key',
  )
  const isOfStrategy = new Set(ofStrategies)
  const sectionOf = (key) =>
    key.path
      .split('.')
      .slice(0, isOfStrategy.has(key) ? 2 : 1)
      .join('.')
  const sections = Map.groupBy(keys, sectionOf)
  const lines = [...sections].flatMap(([section, ofSection]) => [
    `### \`${section.endsWith('[]') ? `[[${section.slice(0, -2)}]]` : `[${section}]`}\``,
    '',
    '| key | value | meaning |',
    '|---|---|---|',
    ...ofSection.map(({ path, type }) => row(`\`${path.slice(section.length + 1) || '…'}\``, type, textOf(path))),
    '',
  ])
  return { lines: lines.slice(0, -1), problems: [...problems, ...unsaidDefaults(keys, textOf)] }
}

/** What a key is where it is absent has to be said as the schema has it. */
function unsaidDefaults(keys, textOf) {
  return keys
    .filter(({ path, default: value }) => {
      const said = [`default ${value}`, `default \`${value}\``]
      return ['string', 'number', 'boolean'].includes(typeof value) && !said.some((one) => textOf(path).includes(one))
    })
    .map(({ path, default: value }) => `the text of ${path} does not say its default, ${value}`)
}

/** The keys of a build plan, for `[build.plan]`. */
export function planKeys(texts) {
  const keys = schemaKeys(planInputSchema)
  const { textOf, problems } = describedRows(
    keys.map(({ path }) => path),
    texts,
    'key',
  )
  return {
    lines: ['| key | value | meaning |', '|---|---|---|', ...keys.map(({ path, type }) => row(`\`${path}\``, type, textOf(path)))],
    problems,
  }
}
