/* oxlint-disable no-restricted-imports -- the schema is no part of the planner's interface, and the page is about exactly that schema */
import { planInputSchema } from '../../packages/core/src/schemas.ts'
import { hop3TomlSchema } from '../../packages/planner/src/config/hop3-toml-schema.ts'
/* oxlint-enable no-restricted-imports */
import { describedRows, row } from './described-rows.mjs'
import { schemaKeys } from './schema-keys.mjs'

/** The keys of hop3.toml, a table for each section. */
export function configurationKeys(texts) {
  const keys = schemaKeys(hop3TomlSchema(() => true))
  const { textOf, problems } = describedRows(
    keys.map(({ path }) => path),
    texts,
    'key',
  )
  const sections = Map.groupBy(keys, ({ path }) => path.split('.')[0])
  const lines = [...sections].flatMap(([section, ofSection]) => [
    `### \`${section.endsWith('[]') ? `[[${section.slice(0, -2)}]]` : `[${section}]`}\``,
    '',
    '| key | value | meaning |',
    '|---|---|---|',
    ...ofSection.map(({ path, type }) => row(`\`${path.split('.').slice(1).join('.') || '…'}\``, type, textOf(path))),
    '',
  ])
  return { lines: lines.slice(0, -1), problems }
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
