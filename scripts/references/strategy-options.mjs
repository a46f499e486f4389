import { existsSync, readdirSync } from 'node:fs'
import { schemaKeys } from './schema-keys.mjs'

const sections = { builder: 'build', deployer: 'deploy', proxy: 'proxy' }

/** The keys of the tables that strategies check themselves: every `optionsSchema` of a builder's, a deployer's or a proxy's `src/options.ts`. */
export async function strategyOptions(root) {
  const packages = new URL('packages/', root)
  const tables = readdirSync(packages).flatMap((name) => {
    const [, kind, strategy] = /^(builder|deployer|proxy)-([a-z]+)$/.exec(name) ?? []
    const file = new URL(`${name}/src/options.ts`, packages)
    return kind !== undefined && existsSync(file) ? [{ table: [sections[kind], strategy], file }] : []
  })
  const read = await Promise.all(tables.map(async ({ table, file }) => ({ table, schema: (await import(file)).optionsSchema })))
  return read.flatMap(({ table, schema }) => (schema === undefined ? [] : schemaKeys(schema, table)))
}
