import type { Generator, SiteSource } from './generator.ts'
import { findGenerator } from './generators.ts'

/**
 * Why a manifest of another language makes no app: it belongs to the site a generator makes. Undefined where there is none, or where `starts`
 * says that the language has something of its own to run.
 */
export async function siteInstead(site: SiteSource, starts: (generator: Generator) => Promise<boolean>): Promise<string | undefined> {
  const found = await findGenerator(site.source, site.names)
  if (found === undefined || (await starts(found.generator))) return undefined
  return `${found.signs.evidence} makes it a site of ${found.generator.title}`
}
