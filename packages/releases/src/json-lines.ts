/** Files of one JSON value per line, appended durably. A last line without its end was being written when the power or the process went: it never was. */
import { open, readFile, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncDirectory } from '@hop3/core'
import { orElse } from '@hop3/core/files'

/** Appends one line and returns when it is on the disk. A full disk leaves the file as it was. */
export async function appendLine(path: string, value: unknown): Promise<void> {
  const file = await open(path, 'a+', 0o600)
  try {
    const whole = await lengthOfWholeLines(path)
    const { size } = await file.stat()
    if (size !== whole) await file.truncate(whole)
    try {
      await file.appendFile(`${JSON.stringify(value)}\n`)
      await file.sync()
    } catch (error) {
      // Should this fail too, a torn line is left, which the next append removes.
      await file.truncate(whole).catch(() => {})
      throw error
    }
    if (size === 0) await syncDirectory(dirname(path))
  } finally {
    await file.close()
  }
}

/** The whole lines, each without its end. Empty when there is no file. */
export async function readLines(path: string): Promise<readonly string[]> {
  const text = await orElse(readFile(path, 'utf8'), '')
  return text.split('\n').slice(0, -1)
}

/** Empties the file. The next append makes that durable. */
export async function emptyLines(path: string): Promise<void> {
  await orElse(truncate(path, 0), undefined)
}

async function lengthOfWholeLines(path: string): Promise<number> {
  return (await readFile(path)).lastIndexOf(10) + 1
}
