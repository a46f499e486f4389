/** Which strategies tests have seen work together: `docs/texts/proven.json`, which the table of docs/selection.md is made from. */
import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createRun, systemClock } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { expect } from 'vitest'
import * as z from 'zod'

const record = fileURLToPath(new URL('../../docs/texts/proven.json', import.meta.url))
const schema = z.record(z.string(), z.array(z.string()))

/** `docker · compose · nginx`: who built, runs and leads to an app that serves now, as its home has it and no test says it. */
export async function servingTriple(home: string, appName: string): Promise<string> {
  const app = createHome({ path: home, clock: systemClock, run: createRun() }).app(appName)
  const { deployer, proxy } = await app.readState()
  const { builder } = await app.artifact((await app.current()) ?? '')
  return [builder, deployer, proxy].join(' · ')
}

/**
 * Fails where the record has other triples for the test file than those it has seen, or, where some tests were left out, lacks one it has seen;
 * `UPDATE_GOLDEN=1` writes them anew. `file`: from the top of the repository.
 */
export async function expectProven(file: string, seen: readonly string[], isWhole: boolean): Promise<void> {
  const all = schema.parse(JSON.parse(await readFile(record, 'utf8')))
  const triples = [...new Set(seen)].toSorted()
  if (process.env['UPDATE_GOLDEN'] === '1' && isWhole) {
    const files = Object.entries({ ...all, [file]: triples }).toSorted(([one], [other]) => (one < other ? -1 : 1))
    await writeFile(record, `${JSON.stringify(Object.fromEntries(files), undefined, 2)}\n`)
    return
  }
  const recorded = isWhole ? all[file] : all[file]?.filter((one) => triples.includes(one))
  expect(recorded, `docs/texts/proven.json of ${file} (UPDATE_GOLDEN=1 writes it anew, then \`npm run references\`)`).toEqual(triples)
}
