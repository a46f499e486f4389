import { expect, it } from 'vitest'
import { missReasons } from '../src/miss-reasons.ts'
import type { KeyParts } from '../src/phase-key.ts'
import { phaseKey } from '../src/phase-key.ts'

const parts: KeyParts = {
  cmds: ['make'],
  outputs: ['out'],
  paths: [],
  variables: { A: '1' },
  secrets: [],
  inputs: { 'a.txt': '1', 'b.txt': '2' },
  tools: { python3: '3.11.2' },
  before: { setup: 'k' },
  platform: { os: 'linux', arch: 'x64', libc: 'glibc' },
  lengths: [40],
}

it.each<[Partial<KeyParts>, readonly string[]]>([
  [{}, []],
  [{ tools: { python3: '3.11.7', uv: '0.5' } }, ['python3 3.11.2 → 3.11.7', 'uses uv 0.5']],
  [{ inputs: { 'b.txt': '3', 'c.txt': '4' } }, ['a.txt removed', 'b.txt changed', 'c.txt added']],
  [
    { inputs: Object.fromEntries('abcdefghij'.split('').map((name) => [name, name])) },
    ['a added', 'a.txt removed', 'b added', 'b.txt removed', 'c added', '7 more files changed'],
  ],
  [{ platform: { os: 'linux', arch: 'arm64', libc: 'musl' } }, ['platform linux x64 glibc → linux arm64 musl']],
  [{ variables: {}, cmds: ['make all'], before: { setup: 'l' } }, ['phase setup changed', 'variable A removed', 'its commands changed']],
  [{ lengths: [41] }, ["the length of the release's path changed"]],
])('says what %j changes, and the key changes with it', (change, reasons) => {
  const now = { ...parts, ...change }
  expect(missReasons(parts, now)).toEqual(reasons)
  expect(phaseKey(now, '') === phaseKey(parts, '')).toBe(reasons.length === 0)
})

it('does not depend on the order of maps', () => {
  expect(phaseKey({ ...parts, inputs: { 'b.txt': '2', 'a.txt': '1' } }, '')).toBe(phaseKey(parts, ''))
  expect(phaseKey(parts, 'secret')).not.toBe(phaseKey(parts, ''))
})
