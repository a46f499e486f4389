import { hop3Error } from '@hop3/core'
import { jsonPositions } from '../source/json-positions.ts'
import { parseJson } from '../source/parse-json.ts'
import { formatOrigin, positionAt } from '../source/text-position.ts'
import { showKeys } from './key-path.ts'
import { locateJson, type LocatedValue } from './located-value.ts'

/** The content of a JSON file of ours. Throws `config.syntax`, and `config.duplicate-key` where JSON itself would take the last of two. */
export function readJsonDocument(path: string, text: string): LocatedValue {
  const value = parseJson(text, path)
  const { offsets, repeated } = jsonPositions(text)
  if (repeated !== undefined) {
    const [first, second] = [repeated.first, repeated.second].map((offset) => formatOrigin(path, positionAt(text, offset)))
    throw hop3Error('config.duplicate-key', `${second}: ${showKeys(repeated.path)} is given twice; the first time is ${first}.`, {
      hint: 'Put both into one, or remove one of the two.',
      details: { origin: second, first },
    })
  }
  return locateJson(path, text, value, offsets)
}
