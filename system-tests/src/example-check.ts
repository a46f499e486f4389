/** What an example promises: `check.json` beside its source. */
import { accessSync, constants, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import * as z from 'zod'

const schema = z.strictObject({
  /** Programs of the host it is built or run with. */
  needs: z.array(z.string()).default([]),
  /** Programs of `examples/host-providers` that the host has installed. */
  providers: z.array(z.string()).default([]),
  /** Why it is planned only: what no test machine can have. */
  skip: z.string().optional(),
  /** A change to one source file, after which `request` is answered by `answers`, and no install phase has run again. */
  edit: z
    .strictObject({ path: z.string(), replace: z.string().min(1), with: z.string(), request: z.string().default('/'), answers: z.string() })
    .optional(),
  requests: z
    .array(z.strictObject({ path: z.string().startsWith('/'), accept: z.string().default('*/*'), status: z.int(), contains: z.string() }))
    .min(1),
})

export interface ExampleCheck extends z.output<typeof schema> {
  readonly missingPrograms: () => readonly string[]
}

export function readExampleCheck(path: string): ExampleCheck {
  const check = schema.parse(JSON.parse(readFileSync(path, 'utf8')))
  return { ...check, missingPrograms: () => check.needs.filter((name) => !isOnPath(name)) }
}

function isOnPath(name: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, name), constants.X_OK)
      return true
    } catch {
      // Not in this one.
      return false
    }
  })
}
