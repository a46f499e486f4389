import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readRecord, writeRecord } from '../src/instance-record.ts'
import { instanceFile } from '../src/layout.ts'

let directory = ''
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'hop3-record-'))))
afterEach(() => rm(directory, { recursive: true }))

test('comes back as it was written', async () => {
  const record = { port: 4000, socket: null, logOffset: 7, healthyAt: { address: '127.0.0.1', port: 4000 } }
  await writeRecord(directory, record)
  expect(await readRecord(directory)).toEqual(record)
})

test.each(['', '{"port": 4', 'null', '{}', '{"port": "x", "socket": null, "logOffset": 0, "healthyAt": null}'])(
  '%j is none',
  async (text) => {
    expect(await readRecord(join(directory, 'nowhere'))).toBeUndefined()
    await writeFile(join(directory, instanceFile.record), text)
    expect(await readRecord(directory)).toBeUndefined()
  },
)

test('one that cannot be read is not taken for absent', async () => {
  await mkdir(join(directory, instanceFile.record))
  await expect(readRecord(directory)).rejects.toMatchObject({ code: 'EISDIR' })
})
