import { expect, it } from 'vitest'
import { createFrameReader } from '../src/server/web-socket-frames.ts'

/** Every form a header can have. */
const frames = [
  Buffer.concat([Buffer.from([0x81, 3]), Buffer.alloc(3, 0xff)]),
  Buffer.from([0x89, 0]),
  Buffer.concat([Buffer.from([0x01, 126, 1, 0]), Buffer.alloc(256, 0x88)]),
  Buffer.concat([Buffer.from([0x80, 127, 0, 0, 0, 0, 0, 1, 0, 1]), Buffer.alloc(65_537, 0x88)]),
  Buffer.concat([Buffer.from([0x82, 0x85, 8, 8, 8, 8]), Buffer.alloc(5, 0x88)]),
]
const all = Buffer.concat(frames)
const ends = frames.map((_, index) => frames.slice(0, index + 1).reduce((sum, { length }) => sum + length, 0))

it.each([1, 2, 3, 7, 1_000, 70_000])('finds every end, read in pieces of %i bytes', (size) => {
  const reader = createFrameReader()
  for (let offset = 0; offset < all.length; offset += size) {
    const piece = all.subarray(offset, offset + size)
    const first = ends.find((end) => end > offset && end <= offset + piece.length)
    expect(reader.read(piece)).toBe(first === undefined ? -1 : first - offset)
    expect(reader.isBetween()).toBe(ends.includes(offset + piece.length))
  }
  expect(reader.hasClosed()).toBe(false)
})

it('knows a close frame from its header on', () => {
  const reader = createFrameReader()
  reader.read(Buffer.from([0x88]))
  expect(reader.hasClosed()).toBe(false)
  reader.read(Buffer.from([2]))
  expect([reader.hasClosed(), reader.isBetween()]).toEqual([true, false])
})
