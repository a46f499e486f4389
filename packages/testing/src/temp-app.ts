import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { writeFiles, type Files } from './files.ts'

/** A new directory with these files. Call it inside a test: it is removed when the test has finished. Resolves to its real path. */
export async function tempApp(files: Files = {}): Promise<string> {
  // Short: sockets are made below it, and their paths must stay under 108 bytes.
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'hop3-')))
  onTestFinished(() => rm(directory, { recursive: true, force: true, maxRetries: 3 }))
  await writeFiles(directory, files)
  return directory
}
