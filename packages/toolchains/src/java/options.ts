import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.java]`. */
export const javaOptions = ((z) =>
  z.strictObject({
    buildTool: z
      .enum(['maven', 'gradle', 'sbt'])
      .optional()
      .describe('Which one builds, where there are files of several. Default: in this order.'),
    module: z.string().min(1).optional().describe('The module that is the app, by its directory: server.'),
    jar: z.string().min(1).optional().describe('The jar or war to start, relative to the app. Default: what the build tool makes.'),
    mainClass: z.string().min(1).optional().describe('The class to start, with the dependencies beside it, where no jar can be started.'),
    version: z.string().min(1).optional().describe('The version of Java: 21.'),
  })) satisfies OptionsOf

export type JavaOptions = Partial<zod.output<ReturnType<typeof javaOptions>>>
