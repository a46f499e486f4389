/** `deploys.jsonl`: what has been deployed, for people. Nothing depends on it, so damaged lines are passed over. */
import { join } from 'node:path'
import { writeFileAtomic, type HistoryEntry } from '@hop3/core'
import { attempt } from './attempt.ts'
import { appendLine, readLines } from './json-lines.ts'

const mostEntries = 1000

/** Appends one line; of more than a thousand, the older half is dropped. */
export async function appendHistory(root: string, entry: HistoryEntry): Promise<void> {
  const path = join(root, 'deploys.jsonl')
  await attempt(`Cannot write ${path}`, async () => {
    await appendLine(path, entry)
    const lines = await readLines(path)
    if (lines.length > mostEntries)
      await writeFileAtomic(
        path,
        lines
          .slice(-mostEntries / 2)
          .map((line) => `${line}\n`)
          .join(''),
      )
  })
}

/** Oldest first. */
export async function readHistory(root: string): Promise<readonly HistoryEntry[]> {
  const path = join(root, 'deploys.jsonl')
  const lines = await attempt(`Cannot read ${path}`, () => readLines(path))
  if (lines.length === 0) return []
  const [{ historyEntrySchema }, { parseJson }] = await Promise.all([import('./file-schemas.ts'), import('./parse-json.ts')])
  return lines.flatMap((line) => {
    const parsed = parseJson(line, historyEntrySchema)
    return 'value' in parsed ? [parsed.value] : []
  })
}
