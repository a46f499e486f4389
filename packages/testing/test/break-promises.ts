/** Runs a suite against strategies that each break one promise: the tests of that promise have to fail, for the reason given. */
import type { Files } from '@hop3/testing'
import { expect } from 'vitest'
import { runSuite } from './run-suite.ts'

export interface Breakage {
  /** What is broken; names its test file. */
  readonly what: string
  /** JavaScript: a function from the good strategy and what it was created with to the members that replace its own. */
  readonly change: string
  /** The tests that run, all of which have to fail. */
  readonly titles: readonly string[]
  readonly reason: RegExp
}

/** `suite` is the test file of a broken strategy. `unbreakable`: titles of tests that check the suite itself. */
export async function expectFound(
  suite: (change: string) => string,
  breakages: readonly Breakage[],
  { files, unbreakable }: { readonly files: Files; readonly unbreakable: readonly string[] },
): Promise<void> {
  const fileOf = ({ what }: Breakage): string => what.replaceAll(' ', '-')
  const tests = breakages.map((one) => [`test/${fileOf(one)}.test.js`, `${only(one.titles)}${suite(one.change)}`] as const)
  const outcome = await runSuite({ ...files, ...Object.fromEntries(tests) })
  expect.soft(outcome.passed, 'tests that passed although their promise is broken').toEqual([])
  for (const one of breakages) {
    const reasons = one.titles.map((title) => outcome.failed[`${fileOf(one)}: ${title}`] ?? `${title} did not run`)
    expect.soft(reasons.join('\n'), `why ${one.what} fails`).toMatch(one.reason)
    expect.soft(reasons.join('\n')).not.toContain('did not run')
  }
  const failed = new Set(Object.keys(outcome.failed).map(titleOf))
  const never = new Set(outcome.skipped.map(titleOf).filter((title) => !failed.has(title)))
  expect([...never].toSorted(), 'tests nothing here makes fail').toEqual([...unbreakable].toSorted())
}

/** The others cannot fail by what is broken here, and take their time. */
function only(titles: readonly string[]): string {
  return `import { beforeEach } from 'vitest'
beforeEach(({ task, skip }) => skip(!${JSON.stringify(titles)}.includes(task.name)))
`
}

function titleOf(title: string): string {
  return title.slice(title.indexOf(': ') + 2)
}
