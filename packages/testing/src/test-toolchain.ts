import { freeze, type LanguageToolchain, type ToolchainContext, type ToolchainFactory, type ToolchainPlan } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { watchConduct } from './conduct.ts'
import type { Files } from './files.ts'
import { tempApp } from './temp-app.ts'
import { testHost } from './test-host.ts'
import { treeDigest } from './tree-digest.ts'
import { checkFailure, checkName, checkVerdict } from './verdict-checks.ts'

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

    test('accepts its app, read-only, with reason and evidence that exists', async () => {
      const directory = await tempApp(accepts)
      const toolchain = await toolchainAt(directory)
      const verdict = await checkVerdict(() => toolchain.accept(), [directory])
      expect(verdict).toMatchObject({ accepted: true })
      const { source } = await contextAt(directory, { options })
      for (const evidence of verdict.evidence ?? []) {
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
      await checkPlan(await (await toolchainAt(await tempApp(accepts))).plan())
    })

    test('named by an app it would not take, plans the sensible part or says what is missing', async () => {
      const toolchain = await toolchainAt(await tempApp(rejects), { named: true })
      const outcome = await toolchain.plan().then(
        (plan) => ({ plan }),
        (thrown: unknown) => ({ thrown }),
      )
      if ('plan' in outcome) await checkPlan(outcome.plan)
      else await checkFailure(() => Promise.reject(outcome.thrown), /^(config|build)\./)
    })

    test.runIf(contradicts !== undefined)('throws where the app contradicts itself', async () => {
      const toolchain = await toolchainAt(await tempApp(contradicts))
      await checkFailure(() => toolchain.plan(), /^(config|build)\./)
    })
  })
}

async function contextAt(directory: string, change: Partial<ToolchainContext>): Promise<ToolchainContext> {
  const { createSourceView } = await import('@hop3/planner')
  const { log } = await testHost()
  const context = { appName: 'shop', options: {}, versions: {}, named: false, ...change }
  return Object.freeze({ ...freeze(context), source: createSourceView(directory), log })
}

async function checkPlan(plan: ToolchainPlan): Promise<void> {
  const { phaseInputSchema, toolVersionSchema } = await import('@hop3/core/schemas')
  expect(plan.kind).toMatch(/^[a-z][a-z0-9-]*$/)
  expect(JSON.parse(JSON.stringify(plan)), 'a plan is plain JSON').toEqual(plan)
  for (const [name, phase] of Object.entries(plan.phases)) {
    expect(phaseInputSchema.safeParse(phase), `phase ${name}`).toMatchObject({ success: true })
    for (const target of phase.dependsOn ?? []) {
      // Plain names of its own, or of the phases every plan has, or another toolchain's as `name:phase`.
      expect(
        [...Object.keys(plan.phases), ...ordinaryPhases].includes(target) || target.includes(':'),
        `${name} depends on ${target}`,
      ).toBe(true)
    }
    for (const path of [...(phase.paths ?? []), ...(phase.outputs ?? [])]) checkRelative(path)
  }
  for (const version of Object.values(plan.versions)) expect(toolVersionSchema.safeParse(version)).toMatchObject({ success: true })
  for (const worker of Object.keys(plan.processes)) expect(worker).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/)
  const { envPaths = {}, pathPrepend = [], staticPaths = {} } = plan.runtime
  for (const path of [...Object.values(envPaths), ...pathPrepend, ...Object.values(staticPaths)]) checkRelative(path)
  for (const { key, origin } of plan.decisions) expect([key.trim(), origin.trim()], 'a decision has key and origin').not.toContain('')
}

const ordinaryPhases = ['setup', 'install', 'build']

function checkRelative(path: string): void {
  expect(path, 'paths of a plan are relative to the app and stay inside it').not.toMatch(/^(\/|~)|(^|\/)\.\.(\/|$)/)
}
