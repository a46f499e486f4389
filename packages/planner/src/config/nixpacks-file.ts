/** `nixpacks.toml`, `nixpacks.json`, or the file named instead of them: a build plan, and the toolchains' own tables beside it. */
import { hop3Error } from '@hop3/core'
import type { EnvValue, SourceView } from '@hop3/core'
import { parseToml } from '../source/parse-toml.ts'
import { tomlPositions } from '../source/toml-positions.ts'
import { isTable } from './canonical-keys.ts'
import type { ConfigLayer } from './config-layer.ts'
import { checkEnvName, reservedEnvWarning } from './env-name.ts'
import { readJsonDocument } from './json-document.ts'
import { locateToml, partOf, type LocatedValue } from './located-value.ts'
import { checkTable, planLayers } from './plan-layers.ts'
import { toolchainOfProvider } from './provider-names.ts'

/** Reads the file at `path`. Throws `config.syntax`, `config.conflict`, and as `planLayers`, naming file:line:column. */
export async function readNixpacksFile(source: SourceView, path: string): Promise<readonly ConfigLayer[]> {
  const text = (await source.readText(path)) ?? ''
  const document = path.endsWith('.json')
    ? readJsonDocument(path, text)
    : locateToml(path, text, parseToml(text, path), tomlPositions(text))
  const table = checkTable(document)
  const { $schema: _, config, providers, ...plan } = table
  const tables = [
    ...providerTables('config', config, document),
    ...(isTable(providers) ? providerTables('providers', providers, document) : []),
  ]
  checkOneTable(tables)
  const written = { ...plan, ...(providers === undefined || isTable(providers) ? {} : { providers }) }
  const layers = planLayers(path, partOf(document, [], written))
  return [
    ...(tables.length === 0 ? [] : [tablesLayer(path, tables)]),
    ...layers.map((layer) => withRuntimeVariables(layer, table, document)),
  ]
}

interface ProviderTable {
  readonly toolchain: string
  readonly table: Readonly<Record<string, unknown>>
  readonly originOf: (...keys: readonly string[]) => string
}

function providerTables(section: string, tables: unknown, document: LocatedValue): readonly ProviderTable[] {
  if (tables === undefined) return []
  if (!isTable(tables)) throw noTable([section], document)
  return Object.entries(tables).map(([name, table]) => {
    if (!isTable(table)) throw noTable([section, name], document)
    return { toolchain: toolchainOfProvider(name), table, originOf: (...keys) => document.originOf([section, name, ...keys]) }
  })
}

function noTable(keys: readonly string[], document: LocatedValue): Error {
  const origin = document.originOf(keys)
  return hop3Error('config.invalid', `${origin}: ${keys.join('.')} must be a table.`, {
    hint: 'A provider is configured in a table of its own: [providers.python] and below it version = "3.12".',
    details: { origin, key: keys.join('.') },
  })
}

function checkOneTable(tables: readonly ProviderTable[]): void {
  const seen = new Map<string, string>()
  for (const { toolchain, originOf } of tables) {
    const before = seen.get(toolchain)
    if (before !== undefined) {
      throw hop3Error('config.conflict', `${originOf()}: ${toolchain} is configured twice; the first table is ${before}.`, {
        hint: 'Put all keys into one of the two tables.',
        details: { origins: [before, originOf()] },
      })
    }
    seen.set(toolchain, originOf())
  }
}

function tablesLayer(name: string, tables: readonly ProviderTable[]): ConfigLayer {
  return {
    name,
    build: {
      options: Object.fromEntries(tables.map(({ toolchain, table }) => [toolchain, table])),
      providerTables: tables.map(({ toolchain }) => toolchain),
      versions: Object.fromEntries(
        tables.flatMap(({ toolchain, table, originOf }) => {
          const version = table['version']
          return typeof version === 'string' ? [[toolchain, { version, origin: originOf('version') }] as const] : []
        }),
      ),
    },
    origins: Object.fromEntries(
      tables.flatMap(({ toolchain, table, originOf }) => [
        [`build.${toolchain}`, originOf()] as const,
        ...Object.keys(table).map((key) => [`build.${toolchain}.${key}`, originOf(key)] as const),
      ]),
    ),
  }
}

/** nixpacks sets a file's variables while the app runs as well; a plan of ours says itself how the app runs. */
function withRuntimeVariables(layer: ConfigLayer, table: Readonly<Record<string, unknown>>, document: LocatedValue): ConfigLayer {
  const variables = Object.entries(layer.plans?.at(-1)?.plan.variables ?? {})
  if (variables.length === 0 || table['runtime'] !== undefined) return layer
  const originOf = (name: string): string => document.originOf(['variables', name])
  const env = variables.map(([name, value]): [string, EnvValue] => [checkEnvName(name, originOf(name)), { kind: 'literal', value }])
  return {
    ...layer,
    env: Object.fromEntries(env),
    origins: { ...layer.origins, ...Object.fromEntries(variables.map(([name]) => [`env.${name}`, originOf(name)] as const)) },
    warnings: [...(layer.warnings ?? []), ...variables.flatMap(([name]) => reservedEnvWarning(name, originOf(name)))],
  }
}
