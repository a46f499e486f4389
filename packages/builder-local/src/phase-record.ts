/** What is remembered of an app's phase from one build to the next: why its key was what it was, and which of its files do not stay as they are. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { keyPartsSchema } from './phase-key.ts'
import { writeCacheFile } from '@hop3/planner/source-tree'

const recordSchema = z.object({
  key: z.string(),
  parts: keyPartsSchema,
  /** Files of the outputs that were written to after the phase: they are never shared between releases. */
  volatile: z.array(z.string()),
  /** Those of them that cost the entry of this key, because it was shared before they were known. */
  spoiled: z.array(z.string()),
})

export type PhaseRecord = z.output<typeof recordSchema>

/** Undefined for a phase that has never been built, or whose record cannot be read: then it is built, and recorded again. */
export async function readRecord(cachePath: string, appName: string, phase: string): Promise<PhaseRecord | undefined> {
  try {
    const read = recordSchema.safeParse(JSON.parse(await readFile(recordPath(cachePath, appName, phase), 'utf8')))
    return read.success ? read.data : undefined
  } catch {
    // Missing or damaged: as above.
    return undefined
  }
}

export async function writeRecord(cachePath: string, appName: string, phase: string, record: PhaseRecord): Promise<void> {
  await writeCacheFile(recordPath(cachePath, appName, phase), JSON.stringify(record))
}

function recordPath(cachePath: string, appName: string, phase: string): string {
  return join(cachePath, 'phases', 'records', appName, `${encodeURIComponent(phase)}.json`)
}
