/**
 * Whatever a file of an app holds, time grows as the file does: no pattern goes over a text again for each of its characters. And no file is
 * handed out that is so long that it takes long all the same: each is tried with some of the usual texts, at its longest; with
 * `HOP3_LONG=all` with all of them, which takes five minutes.
 */
import type { LongText } from '@hop3/testing'
import { expect, test } from 'vitest'
import { longApps } from './apps.ts'
import { faultAtMost, faultsIn } from './faults.ts'
import { usualTexts } from './units.ts'

const isAll = process.env['HOP3_LONG'] === 'all'
const apps = longApps.map((app, index) => ({ app, index, toolchain: app.toolchain }))
const grown = apps.flatMap((one) => Object.entries(one.app.long ?? {}).map(([file, texts]) => ({ ...one, file, texts })))

test.each(grown)('$toolchain: $file of app $index', { timeout: 600_000 }, async ({ app, file, texts }) => {
  expect(await faultsIn(app, file, texts)).toEqual([])
})

test.each(apps)('$toolchain: files of app $index as long as they may be', { timeout: 1_800_000 }, async ({ app, index }) => {
  const found: string[] = []
  for (const [place, file] of Object.keys(app.files).entries()) {
    for (const text of [...(app.deep?.[file] ?? []), ...(isData(app.files[file], file) ? [] : some(index + place))]) {
      const fault = await faultAtMost(app, file, text)
      if (fault !== undefined) found.push(fault)
    }
  }
  expect(found).toEqual([])
})

/** Behind JSON, nothing is read. */
function isData(content: string | undefined, file: string): boolean {
  return /\.(?:jsonc?|lock)$/.test(file) && content?.includes('§') !== true
}

/** Others for each file, so that all of them are tried with some. */
function some(turn: number): readonly LongText[] {
  return isAll ? usualTexts : [0, 1].map((step) => usualTexts[(turn * 2 + step) % usualTexts.length]).filter((one) => one !== undefined)
}
