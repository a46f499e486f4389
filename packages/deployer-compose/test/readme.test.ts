import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { composeDeployer } from '../src/index.ts'
import { stage } from './staged.ts'
import { flavors, isSkipped, useImages } from './test-images.ts'

const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8')
const [flavor] = flavors
const skipped = flavor === undefined || isSkipped(flavor)

const images = useImages()

test('the README has at most 60 lines', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
})

test.skipIf(skipped)('its example does what it says', { timeout: 180_000 }, async () => {
  if (flavor === undefined) throw new Error('no flavor')
  const { context, artifact } = await stage({ flavor, image: images.scratch, runtime: { workers: { web: '' } } })
  const example = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const body = example.replace(/^import .*$/m, '')
  // eslint-disable-next-line typescript/no-implied-eval -- the example is text
  const run: unknown = new Function(
    'composeDeployer',
    'context',
    'artifact',
    `return (async () => {${body}; return [upstreams, await deployer.status()] })()`,
  )
  expect(typeof run).toBe('function')
  const [upstreams, status] = typeof run === 'function' ? await run(composeDeployer, context, artifact) : []
  expect(upstreams).toEqual([{ address: '127.0.0.1', port: expect.any(Number) }])
  expect(status).toEqual([])
})
