import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.ruby]`. */
export const rubyOptions = ((z) =>
  z.strictObject({
    version: z.string().min(1).optional().describe('The version of Ruby: 3.4, or 3.4.1.'),
    script: z.string().min(1).optional().describe('The script to start, where there is no config.ru: server.rb.'),
    without: z.array(z.string().regex(/^\w+$/)).optional().describe('Groups of the Gemfile to leave out. Default: development and test.'),
    systemGems: z.boolean().optional().describe('true: take the gems this host has installed, and fetch none.'),
    assets: z.boolean().optional().describe('false: leave the assets of Rails alone. Default: precompiled where there are any.'),
    migrations: z
      .boolean()
      .optional()
      .describe('false: leave the database alone. Default: Rails prepares it before each switch where a database gem is there.'),
  })) satisfies OptionsOf

export type RubyOptions = Partial<zod.output<ReturnType<typeof rubyOptions>>>
