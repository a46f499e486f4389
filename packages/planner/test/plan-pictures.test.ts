import { expect, test } from 'vitest'
import { finishPlan } from '../src/plan/finish-plan.ts'
import { planToDot } from '../src/plan/plan-to-dot.ts'
import { planToSvg } from '../src/plan/plan-to-svg.ts'

const plan = finishPlan({
  phases: { install: { cmds: ['npm ci'] }, build: { cmds: ['echo "<a & b>" \\ \u0007'] }, lint: { cmds: [] } },
  processes: { web: 'node server.js' },
})

test('dot has a node for every phase and process, and an edge for everything waited for', () => {
  expect(planToDot(plan)).toBe(`digraph plan {
  rankdir=LR
  node [shape=box, fontname="sans-serif", style=rounded]
  "build" [label="build\\lecho \\"<a & b>\\" \\\\ \u0007"]
  "install" [label="install\\lnpm ci"]
  "lint" [label="lint\\l(nothing to run)"]
  "install" -> "build"
  "process web" [shape=ellipse, label="web\\lnode server.js"]
  "build" -> "process web" [style=dashed]
  "lint" -> "process web" [style=dashed]
}
`)
})

test('svg places what waits to the right of what it waits for, and holds commands as text only', () => {
  const svg = planToSvg(plan)
  expect(svg).toContain('echo &quot;&lt;a &amp; b&gt;&quot; \\  </text>')
  const left = (name: string) => Number(new RegExp(`<text x="(\\d+)"[^>]*>${name}</text>`).exec(svg)?.[1])
  expect(left('install')).toBeLessThan(left('build'))
  expect(left('build')).toBeLessThan(left('web'))
  expect(svg.match(/<path /g)).toHaveLength(3)
})

test('a plan of nothing is a picture of nothing', () => {
  expect(planToSvg(finishPlan({}))).toContain('width="12" height="12"')
  expect(planToDot(finishPlan({}))).toContain('digraph plan {')
})
