/** Every generator, in the order they are looked for: those whose signs are plainest first. A new one is a file and a line here. */
import type { SourceView } from '@hop3/core'
import { startOf } from './app-beside.ts'
import type { Generator, Signs } from './generator.ts'
import { hugo } from './hugo/hugo.ts'
import { jekyll } from './jekyll.ts'
import { mdbook } from './mdbook.ts'
import { mkdocs } from './mkdocs.ts'
import { pelican } from './pelican.ts'
import { sphinx } from './sphinx.ts'
import { zensical } from './zensical.ts'
import { zola } from './zola.ts'

export const generators: readonly Generator[] = [hugo, zola, jekyll, zensical, mkdocs, pelican, mdbook, sphinx]

export interface FoundGenerator {
  readonly generator: Generator
  readonly signs: Signs
}

/**
 * The generator that makes the site which this source is; undefined for what is an app with documentation beside it. Toolchains of languages
 * ask, too, so that the manifest of a generator's plugins or of a site's scripts makes no app.
 */
export async function findGenerator(source: SourceView, names: readonly string[]): Promise<FoundGenerator | undefined> {
  for (const generator of generators) {
    const signs = await generator.find({ source, names })
    if (signs === undefined) continue
    return signs.isPart === true && (await startOf({ source, names })) !== undefined ? undefined : { generator, signs }
  }
  return undefined
}
