/** What an example promises: `check.json` beside its source. */
import { readFileSync } from 'node:fs'
import * as z from 'zod'

const schema = z.strictObject({
  /** Programs of the host it is built or run with. */
  needs: z.array(z.string()).default([]),
  /** Programs of `examples/host-providers` that the host has installed. */
  providers: z.array(z.string()).default([]),
  /** Why it is planned only: what no test machine can have. */
  skip: z.string().optional(),
  /** Why it is not built as an image. */
  skipImage: z.string().optional(),
  /** A change to one source file, after which `request` is answered by `answers`, and no install phase has run again. */
  edit: z
    .strictObject({ path: z.string(), replace: z.string().min(1), with: z.string(), request: z.string().default('/'), answers: z.string() })
    .optional(),
  requests: z
    .array(z.strictObject({ path: z.string().startsWith('/'), accept: z.string().default('*/*'), status: z.int(), contains: z.string() }))
    .min(1),
})

export type ExampleCheck = z.output<typeof schema>

export function readExampleCheck(path: string): ExampleCheck {
  return schema.parse(JSON.parse(readFileSync(path, 'utf8')))
}
