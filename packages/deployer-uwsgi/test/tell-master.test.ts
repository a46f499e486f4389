import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync, readdirSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tellMaster } from '../src/tell-master.ts'

let directory = ''
beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'hop3-fifo-'))))
afterEach(() => rm(directory, { recursive: true }))

const descriptors = (): number => readdirSync('/proc/self/fd').length

test('a master that is gone or does not read is no error, and costs no descriptor', () => {
  const fifo = join(directory, 'fifo')
  expect(() => tellMaster(fifo)).not.toThrow()
  execFileSync('mkfifo', [fifo])
  expect(() => tellMaster(fifo)).not.toThrow()
  const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK)
  try {
    expect(() => {
      for (;;) writeSync(reader, Buffer.alloc(4096))
    }).toThrow('EAGAIN')
    const before = descriptors()
    for (let times = 0; times < 5; times++) tellMaster(fifo)
    expect(descriptors()).toBe(before)
  } finally {
    closeSync(reader)
  }
})

test('what cannot be written to is an error, and costs no descriptor', () => {
  const before = descriptors()
  for (let times = 0; times < 5; times++) expect(() => tellMaster('/dev/full')).toThrow('ENOSPC')
  expect(descriptors()).toBe(before)
})
