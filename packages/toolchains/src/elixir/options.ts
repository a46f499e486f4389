import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.elixir]`. */
export const elixirOptions = ((z) =>
  z.strictObject({
    version: z.string().min(1).optional().describe('The version of Elixir: 1.18, or 1.18.2.'),
    release: z
      .string()
      .regex(/^\w+$/)
      .optional()
      .describe('The release of mix.exs to build. Default: the one there is, or the one named like the app.'),
    migrations: z
      .boolean()
      .optional()
      .describe('false: leave the database alone. Default: the Release module migrates it before each switch where there is one.'),
  })) satisfies OptionsOf

export type ElixirOptions = Partial<zod.output<ReturnType<typeof elixirOptions>>>
