import { isHop3Error, type Hop3Error, type PlanNote, type Verdict } from '@hop3/core'
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

/** What a builder says of a plan: each cell in a line, and nothing that JSON would change. */
export async function checkPlanNote(ask: () => Promise<PlanNote | undefined>, directories: readonly string[]): Promise<void> {
  const before = await Promise.all(directories.map(treeDigest))
  const note = await ask()
  expect(await Promise.all(directories.map(treeDigest)), 'describePlan() changes nothing on disk').toEqual(before)
  if (note === undefined) return
  for (const cell of [note.title, ...note.rows.flat()]) expect(cell, 'a cell is one line').not.toContain('\n')
  expect(JSON.parse(JSON.stringify(note.value)), 'the value is JSON').toEqual(note.value)
}

/** The error of work that must fail. Fails itself when the work succeeds, or throws what is not one of our errors. */
export async function failureOf(work: () => Promise<unknown>): Promise<Hop3Error> {
  const outcome = await work().then(
    (value: unknown) => ({ value }),
    (thrown: unknown) => ({ thrown }),
  )
  expect(outcome, 'it throws').toHaveProperty('thrown')
  const thrown = 'thrown' in outcome ? outcome.thrown : undefined
  if (isHop3Error(thrown)) return thrown
  throw new Error('What a strategy throws is made by hop3Error().', { cause: thrown })
}

/** For `toMatchObject`: an error in these code areas that says what was seen and, in its hint, the next command or line to write. */
export function actionable(code: RegExp): object {
  return { code: matching(code), message: matching(/\S/), hint: matching(/\S/) }
}

function matching(pattern: RegExp): unknown {
  return expect.stringMatching(pattern)
}

/** Names are file names, table names and arguments. */
export function checkName(factory: { readonly name: string; readonly specificity?: string }, made: { readonly name: string }): void {
  expect(factory.name).toMatch(/^[a-z][a-z0-9-]{0,62}$/)
  expect(made.name, 'what a factory makes carries its name').toBe(factory.name)
}
