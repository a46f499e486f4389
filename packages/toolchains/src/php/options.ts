import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.php]`. */
export const phpOptions = ((z) =>
  z.strictObject({
    version: z.string().min(1).optional().describe('The version of PHP: 8.3, or 8.3.10.'),
    root: z.string().min(1).optional().describe('The directory with the index.php that answers: public.'),
    migrations: z
      .boolean()
      .optional()
      .describe('false: leave the database alone. Default: Laravel and Symfony migrate it before each switch where they are set up to.'),
  })) satisfies OptionsOf

export type PhpOptions = Partial<zod.output<ReturnType<typeof phpOptions>>>
