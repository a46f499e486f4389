import type { PlanLayer } from '@hop3/core'
import { expect, test } from 'vitest'
import { explainPlan } from '../src/plan/explain-plan.ts'
import { finishPlan } from '../src/plan/finish-plan.ts'
import { mergePlans } from '../src/plan/merge-plans.ts'

const layers: readonly PlanLayer[] = [
  {
    origin: 'python toolchain',
    plan: {
      phases: { install: { cmds: ['pip install'] }, build: { cmds: ['make'] } },
      variables: { LANG: 'C' },
      start: { cmd: 'python app.py' },
    },
    origins: { 'phases.install': 'requirements.txt' },
  },
  {
    origin: 'hop3.toml',
    plan: { phases: { install: { cmds: ['...', 'pip install extra'] } }, start: { cmd: 'gunicorn app' } },
    origins: { 'phases.install.cmds': 'hop3.toml:3:1', 'start.cmd': 'hop3.toml:9:1' },
  },
  {
    origin: 'command line',
    plan: { phases: { install: { cmds: ['@auto', 'echo done'] } }, start: { cmd: 'true' } },
    origins: { 'start.cmd': '--start-cmd' },
  },
]
const explained = explainPlan(finishPlan(mergePlans(layers.map(({ plan }) => plan))), layers)
const of = (key: string) => explained.find((entry) => entry.key === key)

test('a value names the highest layer that wrote it, its place, and what it replaced, the latest first', () => {
  expect(of('start.cmd')).toEqual({
    key: 'start.cmd',
    value: 'true',
    layer: 'command line',
    origin: '--start-cmd',
    replaced: [
      { layer: 'hop3.toml', origin: 'hop3.toml:9:1', value: 'gunicorn app' },
      { layer: 'python toolchain', origin: 'python toolchain', value: 'python app.py' },
    ],
    extended: [],
  })
})

test('a list with a marker names the layers that are still part of it', () => {
  expect(of('phases.install.cmds')).toMatchObject({
    value: ['pip install', 'pip install extra', 'echo done'],
    layer: 'command line',
    replaced: [],
    extended: [{ origin: 'hop3.toml:3:1' }, { origin: 'requirements.txt' }],
  })
})

test('a list that is replaced in the middle ends what is kept', () => {
  const three: readonly PlanLayer[] = [
    { origin: 'low', plan: { exclude: ['a'] } },
    { origin: 'middle', plan: { exclude: ['b'] } },
    { origin: 'high', plan: { exclude: ['...', 'c'] } },
  ]
  const [, entry] = explainPlan(finishPlan(mergePlans(three.map(({ plan }) => plan))), three).filter(({ key }) =>
    /providers|exclude/.test(key),
  )
  expect(entry).toMatchObject({ value: ['b', 'c'], extended: [{ layer: 'middle' }], replaced: [{ layer: 'low' }] })
})

test('an edge that no layer wrote is a default', () => {
  expect(of('phases.build.dependsOn')).toMatchObject({ value: ['install'], layer: 'default', replaced: [] })
})
