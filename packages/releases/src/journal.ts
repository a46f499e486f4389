/** What the running operation has announced, for whoever has to finish or undo it after a crash. */
import { join } from 'node:path'
import { hop3Error, shellQuote, type JournalRecord } from '@hop3/core'
import { attempt } from './attempt.ts'
import { appendLine, emptyLines, readLines } from './json-lines.ts'

/** Appends durably. The first record after an ended operation drops that operation's, so the file stays small. */
export async function appendRecord(root: string, record: JournalRecord): Promise<void> {
  const path = journalPath(root)
  await attempt(`Cannot write ${path}`, async () => {
    const last = (await readLines(path)).at(-1)
    if (last !== undefined && endsOperation(last)) await emptyLines(path)
    await appendLine(path, record)
  })
}

/** The records since the last `end`. Throws `environment.journal-damaged` when one of them says nothing. */
export async function readOpenRecords(root: string): Promise<readonly JournalRecord[]> {
  const path = journalPath(root)
  const lines = await attempt(`Cannot read ${path}`, () => readLines(path))
  const open = lines.slice(lines.findLastIndex(endsOperation) + 1)
  if (open.length === 0) return []
  const [{ journalRecordSchema }, { parseJson }] = await Promise.all([import('./file-schemas.ts'), import('./parse-json.ts')])
  return open.map((line, index) => {
    const parsed = parseJson(line, journalRecordSchema)
    if ('value' in parsed) return parsed.value
    const at = `${path}:${lines.length - open.length + index + 1}`
    throw hop3Error('environment.journal-damaged', `Cannot see what the last command left unfinished: ${at}: ${parsed.problem}.`, {
      hint: `Set the journal aside and deploy again: mv ${shellQuote(path)} ${shellQuote(`${path}.damaged`)}`,
      details: { path },
    })
  })
}

const journalPath = (root: string): string => join(root, 'journal.jsonl')

/** By text: core's records hold names and numbers of ours alone, so this cannot be inside a value. */
const endsOperation = (line: string): boolean => line.includes('"step":"end"')
