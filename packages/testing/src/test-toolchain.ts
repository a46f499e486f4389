import { freeze, type LanguageToolchain, type ToolchainContext, type ToolchainFactory } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { watchConduct } from './conduct.ts'
import type { Files } from './files.ts'
import { planProblems } from './plan-problems.ts'
import { tempApp } from './temp-app.ts'
import { testHost } from './test-host.ts'
import { treeDigest } from './tree-digest.ts'
import { actionable, checkName, checkVerdict, failureOf } from './verdict-checks.ts'

export interface ToolchainSuite {
  readonly factory: ToolchainFactory
  /** An app it takes. */
  readonly accepts: Files
  /** An app it leaves to others. An empty directory is tried besides. */
  readonly rejects: Files
  /** An app it takes and that contradicts itself: `plan` has to throw. */
  readonly contradicts?: Files
  /** Its own table of the configuration (`[build.<name>]`). */
  readonly options?: Readonly<Record<string, unknown>>
}

/** Registers the tests every toolchain passes: the promises of `LanguageToolchain` in `@hop3/core`. */
export function testToolchain({ factory, accepts, rejects, contradicts, options = {} }: ToolchainSuite): void {
  describe(`${factory.name} keeps the toolchain contract`, () => {
    watchConduct()
    const toolchainAt = async (directory: string, change: Partial<ToolchainContext> = {}): Promise<LanguageToolchain> =>
      factory.create(await contextAt(directory, { options, ...change }))

    test('carries its name and says how specific it is', async () => {
      checkName(factory, await toolchainAt(await tempApp(accepts)))
      expect(['declared', 'inferred']).toContain(factory.specificity)
    })

    test('accepts its app, read-only, with a reason', async () => {
      const directory = await tempApp(accepts)
      const toolchain = await toolchainAt(directory)
      const verdict = await checkVerdict(() => toolchain.accept(), [directory])
      expect(verdict).toMatchObject({ accepted: true })
    })

    test('rests its verdict on files that exist', async ({ skip }) => {
      const directory = await tempApp(accepts)
      const { evidence: all = [] } = await (await toolchainAt(directory)).accept()
      if (all.length === 0) skip('its verdict names no evidence')
      const { source } = await contextAt(directory, { options })
      for (const evidence of all) {
        const path = evidence.replace(/(:\d+)+$/, '')
        expect((await source.hasFile(path)) || (await source.hasDirectory(path)), `${path}, the evidence, exists`).toBe(true)
      }
    })

    test.each([
      ['another app', rejects],
      ['an empty directory', {}],
    ])('refuses %s with a reason', async (_what, files) => {
      const directory = await tempApp(files)
      const toolchain = await toolchainAt(directory)
      expect(await checkVerdict(() => toolchain.accept(), [directory])).toMatchObject({ accepted: false })
    })

    test('plans the same bytes for the same files, wherever they lie, and changes none of them', async () => {
      const directories = [await tempApp(accepts), await tempApp(accepts)]
      const before = await Promise.all(directories.map(treeDigest))
      const plans = await Promise.all(directories.map(async (directory) => JSON.stringify(await (await toolchainAt(directory)).plan())))
      expect(plans[1]).toBe(plans[0])
      expect(JSON.stringify(await (await toolchainAt(directories[0] ?? '')).plan())).toBe(plans[0])
      for (const directory of directories) expect(plans[0]).not.toContain(directory)
      expect(await Promise.all(directories.map(treeDigest))).toEqual(before)
    })

    test('plans what core understands: phases, processes, paths, versions, decisions', async () => {
      const problems = await planProblems(await (await toolchainAt(await tempApp(accepts))).plan())
      expect(problems, `In the plan ${problems.join('; ')}.`).toEqual([])
    })

    test('named by an app it would not take, plans the sensible part or says what is missing', async () => {
      const toolchain = await toolchainAt(await tempApp(rejects), { named: true })
      const outcome = await toolchain.plan().then(
        async (plan) => ({ problems: await planProblems(plan) }),
        (thrown: unknown) => ({ thrown }),
      )
      const refusal: unknown = expect.objectContaining(actionable(/^(config|build)\./))
      expect([{ problems: [] }, { thrown: refusal }]).toContainEqual(outcome)
    })

    test('throws where the app contradicts itself', async ({ skip }) => {
      if (contradicts === undefined) {
        skip('the suite was given no app for `contradicts`')
        return
      }
      const toolchain = await toolchainAt(await tempApp(contradicts))
      expect(await failureOf(() => toolchain.plan())).toMatchObject(actionable(/^(config|build)\./))
    })
  })
}

async function contextAt(directory: string, change: Partial<ToolchainContext>): Promise<ToolchainContext> {
  const { createSourceView } = await import('@hop3/planner')
  const { log } = await testHost()
  const context = { appName: 'shop', root: '', options: {}, versions: {}, named: false, ...change }
  return Object.freeze({ ...freeze(context), source: createSourceView(directory), log })
}
