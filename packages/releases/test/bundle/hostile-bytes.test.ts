/** Bundles that were damaged on their way, and files that are none. */
import { appendFile, mkdir, open, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { tempDirectory } from '../temp-home.ts'
import { check, treeOf, unpackHere } from './bundle-stage.ts'
import { tampered } from './tampered.ts'

describe('bytes', () => {
  const goodFile = async (): Promise<string> => tampered({})

  test('every truncation is noticed, wherever the file is cut off', async () => {
    const file = await goodFile()
    const content = await readFile(file)
    const outcomes = new Set<string>()
    // The end of a tar file is two empty blocks: nothing is lost with those.
    for (let length = 0; length < content.length - 1024; length += 512 - 37) {
      const cut = join(await tempDirectory(), 'cut.hop3')
      await writeFile(cut, content.subarray(0, length))
      outcomes.add(await outcomeOf(cut))
    }
    expect([...outcomes]).toEqual(['artifact.bundle'])
  })

  test('a flipped bit is noticed, wherever it counts', async () => {
    const file = await goodFile()
    const content = await readFile(file)
    const written = await unpackedBytes(file)
    const wrong: string[] = []
    for (let at = 0; at < content.length; at += 97) {
      const changed = Buffer.from(content)
      changed[at] = (changed[at] ?? 0) ^ 1
      await writeFile(file, changed)
      const outcome = await outcomeOf(file)
      // What is no part of a file, as padding and times, may change; what is unpacked may not.
      const isRight = outcome === 'read' ? (await unpackedBytes(file)) === written : outcome.startsWith('artifact.')
      if (!isRight) wrong.push(`${at}: ${outcome}`)
    }
    expect(wrong).toEqual([])
  })

  test('one byte of a file', async () => {
    const bad = await tampered({ parts: (parts) => void Object.assign(parts.at(-1) ?? {}, { body: Buffer.from('<h1>hellO</h1>') }) })
    await expect(check(bad)).rejects.toMatchObject({
      code: 'artifact.bundle-digest',
      message: expect.stringContaining('"source/index.html"'),
    })
  })

  test('a header that is larger than memory should hold', async () => {
    const bad = await goodFile()
    const content = await readFile(bad)
    const header = Buffer.from(content.subarray(0, 512))
    header.write('x', 156)
    header.write('77777777777\0', 124)
    const at = 512 + Math.ceil(Number.parseInt(content.toString('latin1', 124, 135), 8) / 512) * 512
    await writeFile(bad, Buffer.concat([content.subarray(0, at), withChecksum(header), content.subarray(at)]))
    await expect(check(bad)).rejects.toMatchObject({ code: 'artifact.bundle', message: expect.stringContaining('larger than 4 MiB') })
  })

  test('a manifest that is larger than memory should hold', async () => {
    const bad = await goodFile()
    const file = await open(bad, 'r+')
    const { buffer } = await file.read(Buffer.alloc(512), 0, 512, 0)
    buffer.write('77777777777\0', 124)
    await file.write(withChecksum(buffer), 0, 512, 0)
    await file.close()
    await expect(check(bad)).rejects.toMatchObject({ message: expect.stringContaining('its manifest has 8589934591 bytes') })
  })

  test('rubbish after the end', async () => {
    const bad = await goodFile()
    await appendFile(bad, Buffer.alloc(5000, 'x'))
    await expect(check(bad)).rejects.toMatchObject({ code: 'artifact.bundle' })
  })

  test.each([
    ['gzip', [0x1f, 0x8b, 8, 0], 'compressed with gzip'],
    ['zstd', [0x28, 0xb5, 0x2f, 0xfd], 'compressed with zstd'],
    ['zip', [0x50, 0x4b, 3, 4], 'a zip archive'],
    ['text', [...Buffer.from('hello')], 'does not begin with hop3-bundle.json'],
  ])('%s', async (_name, bytes, problem) => {
    const bad = join(await tempDirectory(), 'bad.hop3')
    await writeFile(bad, Buffer.concat([Buffer.from(bytes), Buffer.alloc(2000)]))
    await expect(check(bad)).rejects.toMatchObject({ code: 'artifact.bundle', message: expect.stringContaining(problem) })
  })

  test('an empty file, a sparse one, a directory', async () => {
    const directory = await tempDirectory()
    await writeFile(join(directory, 'empty'), '')
    await writeFile(join(directory, 'sparse'), '')
    await truncate(join(directory, 'sparse'), 100_000_000)
    await mkdir(join(directory, 'folder'))
    await expect(check(join(directory, 'empty'))).rejects.toMatchObject({
      code: 'artifact.bundle',
      message: expect.stringContaining('it is empty'),
    })
    await expect(check(join(directory, 'sparse'))).rejects.toMatchObject({ code: 'artifact.bundle' })
    await expect(check(join(directory, 'folder'))).rejects.toMatchObject({
      code: 'artifact.bundle',
      message: expect.stringContaining('directory'),
    })
  })
})

async function outcomeOf(file: string): Promise<string> {
  return check(file).then(
    () => 'read',
    (error: unknown) => String(error instanceof Error && 'code' in error ? error.code : error),
  )
}

async function unpackedBytes(file: string): Promise<string> {
  const { root } = await unpackHere(file)
  return JSON.stringify(await treeOf(root))
}

function withChecksum(header: Buffer): Buffer {
  header.fill(' ', 148, 156)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return header
}
