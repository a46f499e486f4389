import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.node]`. */
export const nodeOptions = ((z) =>
  z.strictObject({
    packageManager: z
      .enum(['npm', 'pnpm', 'yarn', 'bun'])
      .optional()
      .describe('Default: packageManager of package.json, else the lock file.'),
    version: z.string().min(1).optional().describe('The version of Node: 22.'),
    buildScript: z.string().min(1).optional().describe('The package.json script that builds. Default: build.'),
    startScript: z.string().min(1).optional().describe('The package.json script that starts. Default: start.'),
    outputDirectory: z
      .string()
      .min(1)
      .optional()
      .describe('The directory to publish: the app is then a site, whatever its dependencies say.'),
    spa: z.boolean().optional().describe('The site answers unknown paths with its index.html.'),
  })) satisfies OptionsOf

export type NodeOptions = Partial<zod.output<ReturnType<typeof nodeOptions>>>
