import { hop3Error, isHop3Error, visible } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { parseToml } from '../source/parse-toml.ts'
import { tomlPositions } from '../source/toml-positions.ts'
import { canonicalKeys } from './canonical-keys.ts'
import type { ConfigLayer } from './config-layer.ts'
import { validate } from './config-problem.ts'
import { originsOf, type Hop3TomlDocument, type Section } from './hop3-toml-document.ts'
import { buildSection } from './hop3-toml-build.ts'
import { deploySection } from './hop3-toml-deploy.ts'
import { envSection } from './hop3-toml-env.ts'
import { planSection } from './hop3-toml-plan.ts'
import { runtimeSection } from './hop3-toml-runtime.ts'
import { hop3TomlSchema } from './hop3-toml-schema.ts'
import { locateToml, partOf, type LocatedValue } from './located-value.ts'
import { maintenanceSection } from './maintenance-page.ts'
import { settingsLayers } from './settings-layers.ts'

/** Reads the hop3.toml at `path`, and the files `[build] ignore-file` and `[deploy] maintenance-page` name. Throws `config.*`, naming file:line:column. */
export async function readHop3Toml(source: SourceView, path: string): Promise<readonly ConfigLayer[]> {
  const document = await parseHop3Toml((await source.readText(path)) ?? '', path)
  const layer = joinSections(path, [layerOf(document), await maintenanceSection(source, document)])
  const rules = await ignoreRules(source, document)
  const { settings } = document.plan ?? {}
  return [
    ...(settings === undefined ? [] : settingsLayers(path, settings, true)),
    { ...layer, build: { ...layer.build, ignore: [...rules, ...(layer.build?.ignore ?? [])] } },
  ]
}

/** Throws `config.syntax`, `config.duplicate-key`, `config.unknown-key` and `config.invalid`. */
export async function parseHop3Toml(text: string, path: string): Promise<Hop3TomlDocument> {
  const value = parseToml(text, path)
  const schema = hop3TomlSchema((name) => Object.hasOwn(value, name))
  const document = canonicalKeys(locateToml(path, text, value, tomlPositions(text)), schema)
  const toml = await validated(document, schema)
  return { path, toml, plan: await planOf(toml, document), originOf: (...keys) => document.originOf(keys) }
}

async function validated(document: LocatedValue, schema: ReturnType<typeof hop3TomlSchema>): Promise<Hop3TomlDocument['toml']> {
  try {
    return validate(document, schema)
  } catch (error) {
    if (!isHop3Error(error)) throw error
    const { inOtherTable } = await import('./other-table.ts')
    throw await inOtherTable(error)
  }
}

async function planOf({ build }: Hop3TomlDocument['toml'], document: LocatedValue): Promise<Hop3TomlDocument['plan']> {
  if (build?.plan === undefined) return undefined
  // Few apps write a plan, and its schema is the largest.
  const { locatePlanInput } = await import('./plan-input.ts')
  const { splitVariables } = await import('./plan-layers.ts')
  const { plan, originOf } = locatePlanInput(partOf(document, ['build', 'plan'], build.plan), ['build', 'plan'])
  return { ...splitVariables(plan, originOf), originOf }
}

/** What the document says, as a layer of the configuration. Throws where its parts contradict each other. */
export function layerOf(document: Hop3TomlDocument): ConfigLayer {
  const { metadata = {} } = document.toml
  return joinSections(document.path, [
    { metadata, origins: originsOf(document, ['metadata'], metadata) },
    buildSection(document),
    runtimeSection(document),
    envSection(document),
    deploySection(document),
    planSection(document),
    platformSection(document),
  ])
}

async function ignoreRules(source: SourceView, { toml, originOf }: Hop3TomlDocument): Promise<readonly string[]> {
  const name = toml.build?.['ignore-file']
  if (name === undefined) return []
  const text = await source.readText(name)
  if (text !== undefined) return text.split(/\r?\n/)
  const origin = originOf('build', 'ignore-file')
  throw hop3Error('config.ignore-file', `${origin}: there is no file ${visible(name)} to read ignore rules from.`, {
    hint: 'Create the file, or remove the line: .gitignore and .hop3ignore are read anyway.',
    details: { origin },
  })
}

/** Kept with the app, and none of ours. */
function platformSection({ toml, originOf }: Hop3TomlDocument): Section {
  const given = (['addons', 'backup', 'test'] as const).filter((name) => toml[name] !== undefined)
  const [first] = given
  if (first === undefined) return { origins: {} }
  const names = given.map((name) => (name === 'addons' ? '[[addons]]' : `[${name}]`)).join(', ')
  return {
    deploy: { options: Object.fromEntries(given.map((name) => [name, toml[name]])) },
    origins: {},
    warnings: [`${originOf(first)}: ${names}: handled by the platform, ignored here.`],
  }
}

function joinSections(name: string, sections: readonly Section[]): ConfigLayer {
  return sections.reduce<ConfigLayer>(
    (joined, section) => ({
      ...joined,
      ...section,
      deploy: { ...joined.deploy, ...section.deploy, options: { ...joined.deploy?.options, ...section.deploy?.options } },
      origins: { ...joined.origins, ...section.origins },
      warnings: [...(joined.warnings ?? []), ...(section.warnings ?? [])],
    }),
    { name, origins: {} },
  )
}
