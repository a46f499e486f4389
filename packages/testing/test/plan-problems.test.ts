import type { ToolchainPlan } from '@hop3/core'
import { expect, test } from 'vitest'
import { planProblems } from '../src/plan-problems.ts'

const good: ToolchainPlan = {
  kind: 'deno',
  phases: { install: { cmds: ['deno install'], outputs: ['vendor'] }, build: { dependsOn: ['install'], cmds: [] } },
  processes: { web: 'deno task start' },
  versions: { deno: { version: '2', origin: 'default' } },
  runtime: { pathPrepend: ['bin'], envPaths: { DENO_DIR: '.deno' } },
  decisions: [{ key: 'start', value: 'deno task start', origin: 'deno.json:3' }],
  warnings: [],
}

test('a good plan has no problem', async () => {
  expect(await planProblems(good)).toEqual([])
})

const bad: readonly (readonly [string, ToolchainPlan])[] = [
  ['kind', { ...good, kind: 'Deno 2' }],
  ['plain JSON', { ...good, warnings: Object.assign([''], [undefined]) }],
  ['phase install does not fit', { ...good, phases: { install: JSON.parse('{ "command": "x" }') } }],
  ['which nobody has', { ...good, phases: { build: { dependsOn: ['instal'] } } }],
  ['relative path', { ...good, phases: { build: { outputs: ['../outside'] } } }],
  ['relative path', { ...good, runtime: { envPaths: { VIRTUAL_ENV: '/tmp/venv' } } }],
  ['relative path', { ...good, runtime: { staticPaths: { '/static/': 'a/../../b' } } }],
  ['no worker name', { ...good, processes: { 'web server': 'x' } }],
  ['version of deno', { ...good, versions: { deno: JSON.parse('{ "version": 2 }') } }],
  ['key or origin', { ...good, decisions: [{ key: 'start', value: '', origin: ' ' }] }],
]

test.each(bad)('is told: %s', async (problem, plan) => {
  expect(await planProblems(plan)).toEqual([expect.stringContaining(problem)])
})
