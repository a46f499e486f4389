/** `state.json`: what is wanted of an app. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freeze, hop3Error, initialState, shellQuote, writeFileAtomic, type AppState } from '@hop3/core'
import { orElse } from '@hop3/core/files'
import { attempt } from './attempt.ts'

/** `initialState` before the first write. Throws `environment.state-damaged`, naming file and field. */
export async function readAppState(root: string): Promise<AppState> {
  const path = join(root, 'state.json')
  const text = await attempt(`Cannot read ${path}`, () => orElse(readFile(path, 'utf8'), undefined))
  if (text === undefined) return initialState
  const [{ appStateSchema }, { parseJson }] = await Promise.all([import('./file-schemas.ts'), import('./parse-json.ts')])
  const parsed = parseJson(text, appStateSchema)
  if ('value' in parsed) return freeze(parsed.value)
  // Where nothing can be read, there is no field to mend.
  const mend = parsed.isJson ? 'Mend that field, or set the file aside' : 'Put a copy of it back, or set the file aside'
  throw hop3Error('environment.state-damaged', `${path} cannot be used: ${parsed.problem}.`, {
    hint: `${mend} and deploy again (scale and port are then forgotten, releases are kept): mv ${shellQuote(path)} ${shellQuote(`${path}.damaged`)}`,
    details: { path, problem: parsed.problem },
  })
}

/** Atomic and durable. */
export async function writeAppState(root: string, state: AppState): Promise<void> {
  const path = join(root, 'state.json')
  await attempt(`Cannot write ${path}`, () => writeFileAtomic(path, `${JSON.stringify(state, null, 2)}\n`))
}
