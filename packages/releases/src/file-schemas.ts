/** What our own files hold. Loaded when one is read, because zod costs start-up time. */
import type { AppState, HistoryEntry, JournalRecord } from '@hop3/core'
import * as z from 'zod'

const count = z.int().min(0)
const scale = z.record(z.string(), count)
const operation = z.enum(['deploy', 'run', 'build', 'import', 'rollback', 'scale', 'start', 'restart', 'maintenance', 'stop', 'destroy'])
const port = z.int().min(1).max(65_535)

export const appStateSchema: z.ZodType<AppState> = z.object({
  schema: z.literal(1),
  stopped: z.boolean(),
  stoppedWithAll: z.literal(true).exactOptional(),
  maintenance: z.literal(true).exactOptional(),
  deployer: z.string().nullable(),
  proxy: z.string().nullable(),
  generation: count,
  scale,
  port: port.nullable(),
  url: z.string().nullable(),
  envDigest: z.string(),
})

export const journalRecordSchema: z.ZodType<JournalRecord> = z.object({
  time: z.string(),
  operation,
  step: z.enum(['begin', 'build', 'commit', 'before-run', 'start', 'route', 'switch', 'retire', 'undo', 'end']),
  makes: z.string().exactOptional(),
  release: z.string().exactOptional(),
  generation: count.exactOptional(),
  scale: scale.exactOptional(),
  deployer: z.string().exactOptional(),
  builder: z.string().exactOptional(),
  withAll: z.literal(true).exactOptional(),
})

export const historyEntrySchema: z.ZodType<HistoryEntry> = z.object({
  time: z.string(),
  operation,
  release: z.string(),
  outcome: z.enum(['ok', 'failed']),
  milliseconds: z.number(),
  error: z.object({ code: z.string(), message: z.string() }).exactOptional(),
})

/** Port (`8125`, `8125/udp`) → who has it. `name` is null for a port the app's own configuration asks for. */
export const portRegistrySchema = z.object({
  schema: z.literal(1),
  ports: z.record(z.string().regex(/^\d{1,5}(?:\/udp)?$/), z.object({ app: z.string(), name: z.string().nullable() })),
})
