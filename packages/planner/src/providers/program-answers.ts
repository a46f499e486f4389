/** What a provider program may answer: protocol 1, as `docs/providers.md` describes it. */
import { phaseInputSchema, planInputSchema, runtimeInputSchema } from '@hop3/core/schemas'
import * as z from 'zod'

/** In place of either answer: what is missing, and what to do. */
export const problemAnswer = z.strictObject({ error: z.string().min(1).max(2000), hint: z.string().max(2000).optional() })

export const filesAnswer = z.strictObject({ files: z.array(z.string().min(1).max(1000)).max(200) })

const version = z.union([z.string(), z.strictObject({ version: z.string() })])

export const planAnswer = z.strictObject({
  kind: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be a lower-case word such as "zig"'),
  phases: z.record(z.string(), phaseInputSchema).default({}),
  processes: z.record(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be the name of a worker'), z.string()).default({}),
  variables: z.record(z.string(), z.string()).optional(),
  versions: z.record(z.string(), version).default({}),
  exclude: z.array(z.string()).optional(),
  buildImage: planInputSchema.shape.buildImage,
  runtime: runtimeInputSchema.omit({ kind: true }).default({}),
  decisions: z.array(z.strictObject({ key: z.string().min(1), value: z.string() })).default([]),
  warnings: z.array(z.string()).default([]),
})

export type ProgramPlan = z.output<typeof planAnswer>
