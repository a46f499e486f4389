/** The log of a worker on the host, for what its instances printed that are gone: where `hop3 logs` reads. */
import { appendFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DeploymentContext } from '@hop3/core'

/** Of what one instance has printed, from the end. */
export const keptLines = 2_000
const longestLog = 10 * 1024 * 1024

export async function keepLines(
  { directories }: Pick<DeploymentContext, 'directories'>,
  instance: string,
  lines: readonly string[],
): Promise<void> {
  if (lines.length === 0) return
  const path = join(directories.logs, `${instance}.log`)
  await appendFile(path, lines.map((line) => `${line}\n`).join(''), { mode: 0o640 })
  if ((await stat(path)).size > longestLog) await rename(path, `${path}.1`)
}
