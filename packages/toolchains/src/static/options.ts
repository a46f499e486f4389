import type { OptionsOf } from '@hop3/core'

/** `[build.static]`. */
export const staticOptions = ((z) =>
  z.strictObject({
    root: z.string().min(1).optional().describe('The directory to publish.'),
    spa: z.boolean().optional().describe('The site answers unknown paths with its index.html.'),
  })) satisfies OptionsOf
