import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readAssignments } from '../src/env-assignments.ts'

let cwd = ''
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'hop3-env-'))
})
afterEach(() => rm(cwd, { recursive: true }))

const read = (words: readonly string[], file?: string, input: string | Uint8Array = '') =>
  readAssignments(words, file, {
    terminal: { cwd, stdin: () => Readable.from([input]), stderr: { write: () => true, on: () => {} } },
    signal: new AbortController().signal,
  })

test('values may hold equals signs, and be empty', async () => {
  expect(await read(['A=b=c', 'EMPTY='])).toEqual({ A: 'b=c', EMPTY: '' })
})

test('a name alone takes its value from stdin, without the last line end only', async () => {
  expect(await read(['KEY', 'A=1'], undefined, ' two\nlines \n')).toEqual({ KEY: ' two\nlines ', A: '1' })
})

test('a file of lines, under the words', async () => {
  await writeFile(join(cwd, '.env'), '# comment\nA=1\nB="two words"\n')
  expect(await read(['A=2'], '.env')).toEqual({ A: '2', B: 'two words' })
  expect(await read([], '-', 'C=3\n')).toEqual({ C: '3' })
})

test('stdin can be read once', async () => {
  await expect(read(['ONE', 'TWO'])).rejects.toThrow(expect.objectContaining({ code: 'usage.stdin-twice' }))
  await expect(read(['ONE'], '-')).rejects.toThrow(expect.objectContaining({ code: 'usage.stdin-twice' }))
})

test('a file that is not there', async () => {
  await expect(read([], 'missing')).rejects.toThrow(
    expect.objectContaining({ code: 'usage.unreadable-file', message: 'Cannot read "missing": ENOENT.' }),
  )
})

test('what never ends is refused, and so is what is far too long', async () => {
  const code = 'usage.too-much'
  await expect(read([], '/dev/zero')).rejects.toMatchObject({ code, message: '"/dev/zero" holds more than 4 MiB.' })
  await expect(read(['KEY'], undefined, 'x'.repeat(5 * 1024 * 1024))).rejects.toMatchObject({ code })
})

test('what is not UTF-8 is refused, and no value is shown', async () => {
  const bytes = Buffer.from([...Buffer.from('KEY=secret'), 0xff, 0x0a])
  await writeFile(join(cwd, 'latin1.env'), bytes)
  const code = 'usage.not-utf8'
  await expect(read([], 'latin1.env')).rejects.toMatchObject({ code, message: 'What "latin1.env" holds is not UTF-8.' })
  await expect(read([], '-', bytes)).rejects.toMatchObject({ code, message: 'What stdin holds is not UTF-8.' })
  await expect(read(['KEY'], undefined, bytes)).rejects.toMatchObject({ code })
  expect(await read(['KEY'], undefined, 'U+FFFD is \ufffd, after a mark: \ufeff')).toEqual({
    KEY: 'U+FFFD is \ufffd, after a mark: \ufeff',
  })
})
