import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.go]`. */
export const goOptions = ((z) =>
  z.strictObject({
    package: z.string().min(1).optional().describe('The package to build: ./cmd/web. Default: the one package main there is.'),
    bin: z.string().min(1).optional().describe('The same by the name of its directory: web.'),
    bins: z
      .array(z.string().min(1))
      .optional()
      .describe('Further commands to build into bin/, by the names of their directories: each becomes a process of its name.'),
    version: z.string().min(1).optional().describe('The version of Go: 1.24, or 1.24.3.'),
    tags: z
      .array(z.string().regex(/^[\w.]+$/))
      .optional()
      .describe('Build tags.'),
    cgo: z.boolean().optional().describe('true: build with a C compiler. Default: only where go.mod or the main file needs it.'),
  })) satisfies OptionsOf

export type GoOptions = Partial<zod.output<ReturnType<typeof goOptions>>>
