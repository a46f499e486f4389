import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.rust]`. */
export const rustOptions = ((z) =>
  z.strictObject({
    bin: z.string().min(1).optional().describe('The binary that serves. Default: default-run, or the one binary there is.'),
    bins: z.array(z.string().min(1)).optional().describe('Further binaries to build: each becomes a process of its name.'),
    package: z.string().min(1).optional().describe('The package of the workspace to look for binaries in.'),
    features: z
      .array(z.string().regex(/^[\w./+-]+$/))
      .optional()
      .describe('Features to build with, besides the default ones.'),
    version: z.string().min(1).optional().describe('The version of Rust: 1.85, or 1.85.1.'),
  })) satisfies OptionsOf

export type RustOptions = Partial<zod.output<ReturnType<typeof rustOptions>>>
