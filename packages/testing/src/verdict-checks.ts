import { isHop3Error, type Hop3Error, type Verdict } from '@hop3/core'
import { expect } from 'vitest'
import { treeDigest } from './tree-digest.ts'

/** Asks for a verdict and checks what holds for all of them: a whole phrase as reason, the same twice, nothing changed on disk. */
export async function checkVerdict(ask: () => Promise<Verdict>, directories: readonly string[]): Promise<Verdict> {
  const before = await Promise.all(directories.map(treeDigest))
  const verdict = await ask()
  expect(await Promise.all(directories.map(treeDigest)), 'accept() changes nothing on disk').toEqual(before)
  expect(verdict.reason.trim().length, 'a verdict has a reason').toBeGreaterThan(2)
  expect(verdict.reason, 'a reason is one line').not.toContain('\n')
  expect(await ask(), 'accept() says the same twice').toEqual(verdict)
  return verdict
}

/** Runs what must fail and returns its error: one of ours, in these code areas, with a message and a hint. */
export async function checkFailure(work: () => Promise<unknown>, areas: RegExp): Promise<Hop3Error> {
  const outcome = await work().then(
    (value: unknown) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  )
  expect(outcome, 'it throws').toHaveProperty('thrown')
  const thrown = 'thrown' in outcome ? outcome.thrown : undefined
  if (!isHop3Error(thrown)) throw new Error('What a strategy throws is made by hop3Error().', { cause: thrown })
  expect(thrown.code).toMatch(areas)
  expect(thrown.message.trim(), 'an error says what was seen').not.toBe('')
  expect(thrown.hint ?? '', `the error ${thrown.code} has a hint: the next command or line to write`).not.toBe('')
  return thrown
}

/** Names are file names, table names and arguments. */
export function checkName(factory: { readonly name: string; readonly specificity?: string }, made: { readonly name: string }): void {
  expect(factory.name).toMatch(/^[a-z][a-z0-9-]{0,62}$/)
  expect(made.name, 'what a factory makes carries its name').toBe(factory.name)
}
