/** What a person changes in an example to have it elsewhere. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Writes the target line into its hop3.toml, and `lines` below everything. */
export async function writeTarget(source: string, target: string, lines: readonly string[] = []): Promise<void> {
  const path = join(source, 'hop3.toml')
  const text = await readFile(path, 'utf8').catch(() => '')
  const line = `target = "${target}"\n`
  const aimed = /^\[deploy\]$/m.test(text) ? text.replace(/^\[deploy\]\n/m, `[deploy]\n${line}`) : `${text}\n[deploy]\n${line}`
  await writeFile(path, [aimed, ...lines.map((one) => `${one}\n`)].join(''))
}
