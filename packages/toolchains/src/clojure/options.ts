import type { OptionsOf } from '@hop3/core'
import type * as zod from 'zod'

/** `[build.clojure]`. The version of Java is `version` of `[build.java]`. */
export const clojureOptions = ((z) =>
  z.strictObject({
    buildTool: z
      .enum(['lein', 'cli'])
      .optional()
      .describe('Which one builds, where there are both files: project.clj (lein) or deps.edn (cli). Default: lein.'),
    main: z
      .string()
      .regex(/^[A-Za-z][\w.*+!?<>=$/-]*$/)
      .optional()
      .describe('The namespace whose -main starts: shop.core.'),
    alias: z
      .string()
      .regex(/^:?[\w.*+!?/-]+$/)
      .optional()
      .describe('The alias of deps.edn that starts: serve. Default: the one with :main-opts or :exec-fn of a usual name.'),
    task: z
      .string()
      .regex(/^[A-Za-z][\w.*+!?/-]*$/)
      .optional()
      .describe('The function of build.clj that makes the jar. Default: uber, uberjar or ci.'),
    jar: z.string().min(1).optional().describe('The jar that is made and started, relative to the app: target/shop.jar.'),
  })) satisfies OptionsOf

export type ClojureOptions = Partial<zod.output<ReturnType<typeof clojureOptions>>>
