/** Whatever a source's files hold, reading them for Nix takes time in proportion to their length. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { growthFault, longText, type LongText } from '@hop3/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { holdsCredentials } from '../src/credential-files.ts'
import { namedByList } from '../src/templates/python-list.ts'

const directory = mkdtempSync(join(tmpdir(), 'hop3-long-texts-'))
afterAll(() => rmSync(directory, { recursive: true }))

const usual: readonly LongText[] = [' ', '\n', 'a', '_', '/', '=', '"', '[', '$', '${', '://', '://a:'].map((unit) => ({ unit }))

const held: readonly (readonly [path: string, own: readonly LongText[]])[] = [
  [
    '.npmrc',
    [{ opening: '_authToken=${', unit: 'a', end: '}}' }, { unit: '_auth=$a' }, { opening: '_auth=', unit: ' ' }, { unit: '_password' }],
  ],
  ['.yarnrc.yml', [{ opening: 'npmAuthToken: ${', unit: 'a', end: '}}' }, { unit: 'npmAuthToken:$a' }]],
  ['bunfig.toml', [{ opening: 'token = "$', unit: 'a', end: '""' }, { unit: 'token=$a ' }, { unit: 'token=' }]],
  ['auth.json', [{ unit: '"bearer":' }, { unit: '"bearer" : { ' }]],
  ['pip.conf', [{ opening: '://u:${', unit: 'a', end: '}}' }, { unit: '://u:$a' }, { unit: '://u:${a' }]],
  ['settings.xml', [{ unit: '<password>' }, { opening: '<password>', unit: ' ' }]],
  ['.bundle/config', [{ opening: 'BUNDLE_', unit: '_' }, { unit: 'BUNDLE_A__' }, { opening: 'BUNDLE_A__B', unit: ' ' }]],
]

describe('time grows as the text does', () => {
  test.each(held)('%s', { timeout: 600_000 }, async (path, own) => {
    const file = join(directory, 'text')
    const read = (length: number, text: LongText): boolean => {
      writeFileSync(file, longText(text, length))
      return holdsCredentials(path, file)
    }
    for (const text of [...own, ...usual]) expect([text, await growthFault((length) => read(length, text))]).toEqual([text, undefined])
  })

  test('requirements.txt', { timeout: 600_000 }, async () => {
    const own = [
      { opening: 'a', unit: ' ', end: 'b' },
      { unit: 'a[' },
      { opening: './a', unit: '[', end: 'b' },
      { unit: './a ;' },
      { unit: '-e ' },
      { unit: '-r a\n' },
      { unit: 'a --' },
      { unit: '\\\n' },
    ]
    const read = (text: string): unknown => namedByList(text, () => undefined)
    for (const text of [...own, ...usual])
      expect([text, await growthFault((length) => read(longText(text, length)))]).toEqual([text, undefined])
  })
})
