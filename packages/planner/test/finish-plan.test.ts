import { describe, expect, test } from 'vitest'
import { finishPlan, mergePlans, orderPhases } from '../src/index.ts'
import { errorOf } from './error-of.ts'

const edgesOf = (plan: Parameters<typeof finishPlan>[0]) =>
  Object.fromEntries(Object.entries(finishPlan(plan).phases).map(([name, phase]) => [name, phase.dependsOn]))

describe('finishPlan', () => {
  test('adds the conventional edges where both phases exist', () => {
    expect(edgesOf({ phases: { setup: {}, install: {}, build: {} } })).toEqual({ setup: [], install: ['setup'], build: ['install'] })
    expect(edgesOf({ phases: { build: {} } })).toEqual({ build: [] })
    expect(edgesOf({ phases: { setup: {}, build: {} } })).toEqual({ setup: [], build: ['setup'] })
  })

  test('an explicit list is the author’s, an empty one makes a root', () => {
    expect(edgesOf({ phases: { setup: {}, install: { dependsOn: [] } } })).toEqual({ setup: [], install: [] })
  })

  test('a marker stands for the conventional edge, so an added edge does not lose it', () => {
    const merged = mergePlans([{ phases: { install: {}, build: {} } }, { phases: { build: { dependsOn: ['...', 'lint'] }, lint: {} } }])
    expect(edgesOf(merged)).toEqual({ install: [], lint: [], build: ['install', 'lint'] })
  })

  test('an override command keeps edges made below it', () => {
    const layers = [{ phases: { install: {}, build: { cmds: ['a'] }, lint: {} } }, { phases: { build: { dependsOn: ['...', 'lint'] } } }]
    expect(edgesOf(mergePlans([...layers, { phases: { build: { cmds: ['mine'] } } }]))['build']).toEqual(['install', 'lint'])
  })

  test('edges stay within a toolchain’s prefix', () => {
    const edges = edgesOf({ phases: { install: {}, 'python:setup': {}, 'python:install': {}, 'python:build': {} } })
    expect(edges).toEqual({ install: [], 'python:setup': [], 'python:install': ['python:setup'], 'python:build': ['python:install'] })
  })

  test('prebuild runs before all, postbuild after all, test last', () => {
    const plan = finishPlan({ phases: { test: {}, postbuild: {}, prebuild: {}, install: {}, build: {}, assets: {} } })
    expect(orderPhases(plan)).toEqual(['prebuild', 'assets', 'install', 'build', 'postbuild', 'test'])
  })

  test('what waits for postbuild makes no cycle with it', () => {
    const plan = finishPlan({ phases: { build: {}, postbuild: {}, publish: { dependsOn: ['postbuild'] } } })
    expect(orderPhases(plan)).toEqual(['build', 'postbuild', 'publish'])
  })

  test('a cycle prints its path', () => {
    const error = errorOf(() => finishPlan({ phases: { build: { dependsOn: ['lint'] }, lint: { dependsOn: ['build'] }, setup: {} } }))
    expect(error).toMatchObject({ code: 'config.plan.cycle', details: { path: ['build', 'lint', 'build'] } })
    expect(error.message).toContain('build → lint → build')
  })

  test('an edge to nowhere names both ends', () => {
    const error = errorOf(() => finishPlan({ phases: { build: { dependsOn: ['instal'] }, install: {} } }))
    expect(error.code).toBe('config.plan.unknown-phase')
    expect(error.message).toContain('"build" depends on "instal"')
  })

  test.each(['', 'a b', '-x', 'a:', '__proto__', 'a\n'])('%j is no phase name', (name) => {
    expect(errorOf(() => finishPlan({ phases: Object.fromEntries([[name, {}]]) })).code).toBe('config.plan.phase-name')
  })

  test('a finished plan is frozen', () => {
    const plan = finishPlan({ phases: { build: { cmds: ['x'] } } })
    expect(Object.isFrozen(plan.phases['build']?.cmds)).toBe(true)
  })
})

describe('orderPhases', () => {
  test('goes level by level, alphabetically', () => {
    const phases = {
      d: { dependsOn: ['b', 'c'] },
      c: { dependsOn: ['b'] },
      b: { dependsOn: ['a'] },
      a: { dependsOn: [] },
      z: { dependsOn: [] },
    }
    expect(orderPhases({ phases })).toEqual(['a', 'z', 'b', 'c', 'd'])
  })

  test('a repeated edge is no cycle', () => {
    expect(orderPhases({ phases: { a: { dependsOn: [] }, b: { dependsOn: ['a', 'a'] } } })).toEqual(['a', 'b'])
  })
})

test('a package that several layers ask for is installed once', () => {
  const { phases } = finishPlan({
    phases: { setup: { aptPkgs: ['libpq5', 'curl', 'libpq5'], nixPkgs: ['git', 'git'], nixLibs: ['zlib', 'zlib'] } },
  })
  expect(phases['setup']).toMatchObject({ aptPkgs: ['libpq5', 'curl'], nixPkgs: ['git'], nixLibs: ['zlib'] })
})
