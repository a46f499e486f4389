import { expect, test } from 'vitest'
import { diffPlans } from '../src/plan/diff-plans.ts'
import { finishPlan } from '../src/plan/finish-plan.ts'

const before = finishPlan({
  phases: { install: { cmds: ['npm ci'] }, old: { cmds: ['true'] } },
  versions: { node: { version: '20', origin: '.nvmrc:1' } },
})

test('equal plans differ in nothing, wherever a version was read', () => {
  expect(diffPlans(before, before)).toEqual([])
  expect(diffPlans(before, { ...before, versions: { node: { version: '20', origin: 'package.json:3' } } })).toEqual([])
})

test('changed, new and gone values are told apart', () => {
  const after = finishPlan({
    phases: { install: { cmds: ['npm install'] }, build: { cmds: ['npm run build'] } },
    versions: { node: { version: '22', origin: '.nvmrc:1' } },
  })
  expect(diffPlans(before, after)).toEqual([
    { key: 'phases.build.cmds', after: ['npm run build'] },
    { key: 'phases.build.dependsOn', after: ['install'] },
    { key: 'phases.install.cmds', before: ['npm ci'], after: ['npm install'] },
    { key: 'versions.node.version', before: '20', after: '22' },
    { key: 'phases.old.cmds', before: ['true'] },
    { key: 'phases.old.dependsOn', before: [] },
  ])
})
