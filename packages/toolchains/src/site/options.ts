import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.site]`. */
export const siteOptions = ((z) =>
  z.strictObject({
    generator: z
      .enum(['hugo', 'zola', 'jekyll', 'mkdocs', 'zensical', 'sphinx', 'mdbook', 'pelican'])
      .optional()
      .describe('What makes the site. Default: the one whose configuration is there.'),
    version: z
      .string()
      .min(1)
      .optional()
      .describe('The version of Hugo, Zola or mdBook: 0.139.0. Those of the others are in their requirements or Gemfile.'),
    output: z
      .string()
      .min(1)
      .optional()
      .describe('The directory to publish, where the generator writes another than its configuration says.'),
    requirements: z
      .string()
      .min(1)
      .optional()
      .describe('The requirements file of MkDocs, Zensical, Sphinx or Pelican: docs/requirements.txt.'),
    systemGems: z.boolean().optional().describe('true: Jekyll runs with the gems this host has installed, and fetches none.'),
    spa: z.boolean().optional().describe('The site answers unknown paths with its index.html.'),
  })) satisfies OptionsOf

export type SiteOptions = Partial<zod.output<ReturnType<typeof siteOptions>>>
