import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.dotnet]`. */
export const dotnetOptions = ((z) =>
  z.strictObject({
    project: z
      .string()
      .min(1)
      .optional()
      .describe('The project to build: src/Web/Web.csproj, or its directory. Default: the one that serves.'),
    version: z.string().min(1).optional().describe('The version of the SDK: 8.0, or 8.0.404.'),
    configuration: z.string().regex(/^\w+$/).optional().describe('The configuration that is published. Default: Release.'),
  })) satisfies OptionsOf

export type DotnetOptions = Partial<zod.output<ReturnType<typeof dotnetOptions>>>
