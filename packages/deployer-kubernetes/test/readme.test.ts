import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, inject, test } from 'vitest'
import { kubernetesDeployer } from '../src/index.ts'
import { stage } from './staged.ts'

const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8')
const skipped = inject('skipped')

test('the README has at most 60 lines', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
})

test.skipIf(skipped !== '')(`its example does what it says${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 180_000 }, async () => {
  const { context, artifact } = await stage()
  const example = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const body = example.replace(/^import .*$/m, '')
  // eslint-disable-next-line typescript/no-implied-eval -- the example is text
  const run: unknown = new Function(
    'kubernetesDeployer',
    'context',
    'artifact',
    `return (async () => {${body}; return [upstreams, await deployer.status()] })()`,
  )
  const [upstreams, status] = typeof run === 'function' ? await run(kubernetesDeployer, context, artifact) : []
  expect(upstreams).toEqual([{ address: expect.any(String), port: expect.any(Number) }])
  expect(status).toEqual([])
})
