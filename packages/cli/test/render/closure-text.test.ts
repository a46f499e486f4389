import { expect, it } from 'vitest'
import { closureOf } from '../../src/nix-closure.ts'
import { changeText, largestText } from '../../src/render/closure-text.ts'

const path = `/nix/store/${'a'.repeat(32)}-python3-3.11.2`
const artifact = (closure: unknown) => ({ metadata: { nix: { closure } } })

it('says what a closure takes, by what, and how it has changed', () => {
  const closure = closureOf(
    artifact({ size: 1_200_000, count: 2, largest: [{ path, size: 1_000_000 }], change: { release: 'r1', size: -30_000 } }),
  )
  if (closure === undefined) throw new Error('no closure')
  expect(changeText(closure)).toBe('-30.0 kB')
  expect(largestText(closure)).toBe('python3-3.11.2 1.0 MB')
  expect(changeText({ size: 1, count: 1, largest: [] })).toBe('-')
  expect(changeText({ size: 1, count: 1, largest: [], change: { release: 'r1', size: 0 } })).toBe('same')
})

it('is not said where the artifact has none, or something else', () => {
  for (const closure of [undefined, null, 1, {}, { size: '1', count: 1 }]) expect(closureOf(artifact(closure))).toBeUndefined()
  expect(closureOf({ metadata: {} })).toBeUndefined()
  expect(closureOf(artifact({ size: 1, count: 1, largest: [1, { path: 1 }], change: 'x' }))).toEqual({ size: 1, count: 1, largest: [] })
})
