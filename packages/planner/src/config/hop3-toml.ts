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
import { locateToml } from './located-value.ts'

/** Reads the hop3.toml at `path`. Throws `config.*`, naming file:line:column. */
export async function readHop3Toml(source: SourceView, path: string): Promise<ConfigLayer> {
  return parseHop3Toml((await source.readText(path)) ?? '', path)
}

/** As `readHop3Toml`, of a text. */
export async function parseHop3Toml(text: string, path: string): Promise<ConfigLayer> {
  const value = parseToml(text, path)
  const document = canonicalKeys(locateToml(path, text, value, tomlPositions(text)), hop3TomlSchema)
  const toml = validate(document, hop3TomlSchema)
  const located: Hop3TomlDocument = { path, toml, originOf: (...keys) => document.originOf(keys) }
  const sections = [
    { metadata: toml.metadata ?? {}, origins: originsOf(located, ['metadata'], toml.metadata ?? {}) },
    await buildSection(located),
    runtimeSection(located),
    envSection(located),
    deploySection(located),
    planSection(located),
    platformSection(located),
  ]
  return joinSections(path, sections)
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
