import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.deno]`. */
export const denoOptions = ((z) =>
  z.strictObject({
    version: z.string().min(1).optional().describe('The version of Deno: 2.9.'),
    startTask: z.string().min(1).optional().describe('The task that starts. Default: start.'),
    buildTask: z.string().min(1).optional().describe('The task that builds. Default: build.'),
    entry: z.string().min(1).optional().describe('The file to run where no task starts one: server.ts.'),
    permissions: z
      .array(z.string().regex(/^[a-z]+(?:=[^\s'"]+)?$/, 'write the flag without --allow-: net, read, write=/srv/data, all'))
      .optional()
      .describe('What `entry` may do, as in --allow-…: ["net", "write=/srv/data"]. Default: net, env, read.'),
    outputDirectory: z.string().min(1).optional().describe('The directory to publish: the app is then a site that its task builds.'),
  })) satisfies OptionsOf

export type DenoOptions = Partial<zod.output<ReturnType<typeof denoOptions>>>
