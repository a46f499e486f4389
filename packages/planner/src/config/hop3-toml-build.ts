import { hop3Error, normalPath, withoutTrailingSlashes } from '@hop3/core'
import type { AppConfig } from '@hop3/core'
import { isTable } from './canonical-keys.ts'
import { agree, type Hop3TomlDocument, type Section } from './hop3-toml-document.ts'
import { buildKeys } from './hop3-toml-schema.ts'

/** `[build]` without its commands, and the strategies' tables `[build.<name>]`, `[docker]`, `[nix]`. Throws `config.conflict`. */
export function buildSection(document: Hop3TomlDocument): Section {
  const { toml, originOf } = document
  const strategy = agree(
    document,
    (['strategy', 'builder', 'method'] as const).map((key) => ({ keys: ['build', key], value: toml.build?.[key] })),
  )
  const toolchains = toolchainsOf(document)
  const options = optionsOf(document)
  const root = rootOf(toml.build?.root)
  return {
    build: {
      ...(strategy === undefined || strategy.value === 'auto' ? {} : { strategy: strategy.value }),
      ...(toolchains === undefined ? {} : { toolchains: toolchains.names }),
      ...(root === undefined ? {} : { root }),
      ignore: toml.build?.ignore ?? [],
      options: Object.fromEntries([...options].map(([name, { table }]) => [name, table])),
      versions: versionsOf(options),
    },
    origins: Object.fromEntries([
      ...(strategy === undefined ? [] : [['build.strategy', originOf(...strategy.keys)] as const]),
      ...(toolchains === undefined ? [] : [['build.toolchains', toolchains.origin] as const]),
      ...(root === undefined ? [] : [['build.root', originOf('build', 'root')] as const]),
      ...[...options].flatMap(([name, { origin, keyOrigin, table }]) => [
        [`build.${name}`, origin] as const,
        ...Object.keys(table).map((key) => [`build.${name}.${key}`, keyOrigin(key)] as const),
      ]),
    ]),
  }
}

/** Undefined for the source's root, which is the app's anyway. */
function rootOf(written: string | undefined): string | undefined {
  const normal = withoutTrailingSlashes(normalPath(written ?? '.'))
  return normal === '.' ? undefined : normal
}

function toolchainsOf({ toml, originOf }: Hop3TomlDocument): { readonly names: string[]; readonly origin: string } | undefined {
  const { toolchain, toolchains } = toml.build ?? {}
  if (toolchain !== undefined && toolchains !== undefined) throw bothGiven(['build', 'toolchain'], ['build', 'toolchains'], originOf)
  const names = toolchains ?? (toolchain === undefined ? undefined : [toolchain])
  if (names === undefined || (names.length === 1 && names[0] === 'auto')) return undefined
  return { names: [...new Set(names)], origin: originOf('build', toolchain === undefined ? 'toolchains' : 'toolchain') }
}

interface OptionsTable {
  readonly table: Readonly<Record<string, unknown>>
  readonly origin: string
  readonly keyOrigin: (key: string) => string
}

/** Keys as the author wrote them: each strategy knows its own. */
function optionsOf({ toml, originOf }: Hop3TomlDocument): ReadonlyMap<string, OptionsTable> {
  const options = new Map<string, OptionsTable>()
  const add = (path: readonly string[], table: unknown): void => {
    const name = path.at(-1)
    if (name === undefined || !isTable(table)) return
    if (options.has(name)) throw bothGiven(['build', name], path, originOf)
    options.set(name, { table, origin: originOf(...path), keyOrigin: (key) => originOf(...path, key) })
  }
  const ownKeys = toml.build === undefined ? [] : buildKeys()
  for (const [name, table] of Object.entries(toml.build ?? {})) if (!ownKeys.includes(name)) add(['build', name], table)
  add(['docker'], toml.docker)
  add(['nix'], toml.nix)
  return options
}

/** `version` in a toolchain's table is also the version asked for of the tool of that name. */
function versionsOf(options: ReadonlyMap<string, OptionsTable>): AppConfig['build']['versions'] {
  const versions = [...options].flatMap(([name, { table, keyOrigin }]) => {
    const version = table['version']
    return typeof version === 'string' ? [[name, { version, origin: keyOrigin('version') }] as const] : []
  })
  return Object.fromEntries(versions)
}

function bothGiven(one: readonly string[], other: readonly string[], originOf: Hop3TomlDocument['originOf']): Error {
  const [first, second] = [one, other].map((keys) => `${keys.join('.')} (${originOf(...keys)})`)
  return hop3Error('config.conflict', `${originOf(...other)}: both ${first} and ${second} are given.`, {
    hint: `They mean the same: keep ${one.join('.')}, remove the other.`,
    details: { origins: [originOf(...one), originOf(...other)] },
  })
}
