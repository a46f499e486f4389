/** Which files a phase that declares its inputs reads. */
import type { SourceEntry } from '@hop3/planner/source-tree'
import { expect, it } from 'vitest'
import { phaseInputs } from '../src/phase-inputs.ts'

function inputsOf(declared: readonly string[], paths: readonly string[]): readonly string[] {
  const staged = new Map(paths.map((path): [string, SourceEntry] => [path, { kind: 'link', path, target: 'x' }]))
  return Object.keys(phaseInputs({ appRoot: '/', staged, touched: false, declared, outputs: [] }))
}

it.each([
  [['prisma/**/*.prisma'], ['prisma/a.prisma', 'prisma/b/c.prisma']],
  [['*.toml'], ['a.toml', 'd.toml/in']],
  [['src/**'], ['src/a/b.ts', 'src/c.ts']],
  [['**.ts'], ['src/a/b.ts', 'src/c.ts']],
  [['./sr?/'], ['src/a/b.ts', 'src/c.ts']],
  [['s*/{a,b}*'], []],
])('%j', (declared, meant) => {
  const paths = ['a.toml', 'd.toml/in', 'prisma/a.prisma', 'prisma/b/c.prisma', 'src/a/b.ts', 'src/c.ts', 'xa.toml.bak']
  expect(inputsOf(declared, paths)).toEqual(meant)
})

it.each([
  ['stars', '*a'.repeat(5000), 'a'.repeat(250)],
  ['directories', '**/*a/'.repeat(1666), 'aa/'.repeat(1300)],
])('a pattern of 10 000 letters of %s takes no time worth speaking of', (_what, pattern, path) => {
  const before = process.threadCpuUsage()
  expect(inputsOf([`${pattern}b`], [`${path}c`])).toEqual([])
  expect(process.threadCpuUsage(before).user).toBeLessThan(2_000_000)
})
