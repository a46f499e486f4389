// Executes the README's examples as they are written there, against a toolchain made for them.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runSuite } from './run-suite.ts'

const toolchain = `export const denoToolchain = {
  name: 'deno',
  specificity: 'declared',
  create: ({ source }) => ({
    name: 'deno',
    async accept() {
      const accepted = await source.hasFile('deno.json')
      return { accepted, reason: accepted ? 'there is a deno.json' : 'no deno.json' }
    },
    plan: async () => ({
      kind: 'deno', phases: {}, processes: { web: 'deno task start' }, versions: {}, runtime: {}, decisions: [], warnings: [],
    }),
  }),
}
`

test('the examples of the README pass', { timeout: 60_000 }, async () => {
  const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8')
  const [first = '', second = ''] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code)
  expect(first.trimEnd().split('\n').length).toBeLessThanOrEqual(9)
  const own = `import { test, expect } from 'vitest'
import { buildContextFor, fakeRun, tempApp, testHost } from '@hop3/testing'
test('the second example', async () => {
${second}
  expect((await context.run({ file: '/usr/bin/nix', args: ['build', '.'], cwd: '/', env: {} })).stdout).toContain('/nix/store')
  expect(argv()).toEqual([['/usr/bin/nix', 'build', '.']])
})`
  const outcome = await runSuite({ 'src/index.ts': toolchain, 'test/first.test.js': first, 'test/second.test.js': own })
  expect(outcome.failed).toEqual({})
  expect(outcome.passed).toContain('second: the second example')
  expect(outcome.passed).toHaveLength(8)
})
