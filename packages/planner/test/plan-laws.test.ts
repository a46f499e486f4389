import fc from 'fast-check'
import { parse } from 'smol-toml'
import { describe, expect, test } from 'vitest'
import { planInputSchema } from '@hop3/core/schemas'
import type { PlanInput } from '@hop3/core'
import { finishPlan, formatPlan, mergePlans, planDigest, planToToml } from '../src/index.ts'

// Laws of plans, over generated ones: marker-free where a law is about values, with markers where it is about them.
const word = fc.oneof(fc.string({ maxLength: 8 }), fc.constantFrom('npm ci', 'a "b"', "it's", 'x\ny', 'é\u007f', '$HOME', '#'))
const plainWord = word.filter((text) => text !== '...' && text !== '@auto')
const anyWord = fc.oneof({ weight: 4, arbitrary: plainWord }, fc.constantFrom('...', '@auto'))
const phaseNames = ['setup', 'install', 'build', 'lint', 'prebuild', 'postbuild', 'test', 'node:install', 'node:build'] as const

const phaseOf = (words: fc.Arbitrary<string>, edges: fc.Arbitrary<string[]>) =>
  fc.record(
    {
      cmds: fc.array(words, { maxLength: 3 }),
      dependsOn: edges,
      aptPkgs: fc.array(words, { maxLength: 2 }),
      outputs: fc.array(words, { maxLength: 2 }),
      onlyIncludeFiles: fc.option(fc.array(words, { maxLength: 2 }), { nil: null }),
      variables: fc.dictionary(word, word, { maxKeys: 2 }),
      nixpkgsArchive: plainWord,
    },
    { requiredKeys: [] },
  )

const planOf = (words: fc.Arbitrary<string>): fc.Arbitrary<PlanInput> =>
  fc.record(
    {
      providers: fc.array(words, { maxLength: 2 }),
      buildImage: plainWord,
      variables: fc.dictionary(word, word, { maxKeys: 3 }),
      staticAssets: fc.dictionary(word, word, { maxKeys: 2 }),
      phases: fc.dictionary(fc.constantFrom(...phaseNames), phaseOf(words, fc.constant([])), { maxKeys: 5 }),
      start: fc.record({ cmd: plainWord, user: plainWord }, { requiredKeys: [] }),
      processes: fc.dictionary(word, word, { maxKeys: 3 }),
      versions: fc.dictionary(word, fc.record({ version: word, origin: word }), { maxKeys: 2 }),
      exclude: fc.array(words, { maxLength: 3 }),
    },
    { requiredKeys: [] },
  )

const plain = planOf(plainWord)
const marked = planOf(anyWord)
const runs = { numRuns: 300 }

describe('laws of plans', () => {
  test('merging a plan with itself changes nothing', () => {
    fc.assert(
      fc.property(plain, (plan) => {
        expect(mergePlans([plan, plan])).toEqual(mergePlans([plan]))
      }),
      runs,
    )
  })

  test('merging can stop and go on anywhere', () => {
    fc.assert(
      fc.property(fc.array(marked, { minLength: 1, maxLength: 4 }), fc.nat(), (layers, at) => {
        const cut = at % layers.length
        const below = mergePlans(layers.slice(0, cut))
        expect(mergePlans([below, ...layers.slice(cut)])).toEqual(mergePlans(layers))
      }),
      runs,
    )
  })

  test('no marker is left in a finished plan', () => {
    fc.assert(
      fc.property(fc.array(marked, { maxLength: 3 }), (layers) => {
        const plan = finishPlan(mergePlans(layers))
        const lists = Object.values(plan.phases).flatMap((phase) => [
          phase.cmds,
          phase.dependsOn,
          phase.aptPkgs ?? [],
          phase.onlyIncludeFiles ?? [],
        ])
        for (const list of [plan.providers, plan.exclude ?? [], ...lists]) expect(list).not.toContain('...')
      }),
      runs,
    )
  })

  test('a marker alone is the lower layer, before and after are kept in place', () => {
    fc.assert(
      fc.property(fc.array(plainWord), fc.array(plainWord), fc.array(plainWord), (low, before, after) => {
        const merged = mergePlans([{ phases: { x: { cmds: low } } }, { phases: { x: { cmds: [...before, '...', ...after] } } }])
        expect(merged.phases?.['x']?.cmds).toEqual([...before, ...low, ...after])
      }),
      runs,
    )
  })

  test('plan(format(x)) = x, byte for byte', () => {
    fc.assert(
      fc.property(plain, (input) => {
        const plan = finishPlan(input)
        const frozen = planInputSchema.parse(JSON.parse(formatPlan(plan)))
        expect(formatPlan(finishPlan(mergePlans([frozen])))).toBe(formatPlan(plan))
      }),
      runs,
    )
  })

  test('TOML says the same as JSON', () => {
    fc.assert(
      fc.property(plain, (input) => {
        const plan = finishPlan(input)
        const read = planInputSchema.parse(parse(planToToml(plan)))
        expect(formatPlan(finishPlan(read))).toBe(formatPlan(plan))
      }),
      runs,
    )
  })

  test('the order in which keys were written does not show', () => {
    fc.assert(
      fc.property(plain, (input) => {
        const turned = Object.fromEntries(Object.entries(input).toReversed())
        const phases = Object.fromEntries(Object.entries(input.phases ?? {}).toReversed())
        const again = finishPlan(planInputSchema.parse({ ...turned, ...(input.phases ? { phases } : {}) }))
        expect(planDigest(again)).toBe(planDigest(finishPlan(input)))
      }),
      runs,
    )
  })
})
