import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deploymentContextFor, processArtifact, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { uwsgiDeployer } from '../src/index.ts'
import { isSkipped } from './flavors.ts'

const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8')

test('the README has at most 60 lines', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
})

test.skipIf(isSkipped('distribution'))('its example does what it says', { timeout: 60_000 }, async () => {
  const example = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const body = example.replace(/^import .*$/m, '')
  const context = await deploymentContextFor(await testHost())
  const artifact = await processArtifact(context.release.path, { workers: { web: `exec '${process.execPath}' server.mjs` } })
  // eslint-disable-next-line typescript/no-implied-eval -- the example is text
  const run: unknown = new Function(
    'uwsgiDeployer',
    'context',
    'artifact',
    `return (async () => {${body}; return [upstreams, await deployer.status()] })()`,
  )
  expect(typeof run).toBe('function')
  const [upstreams, status] = typeof run === 'function' ? await run(uwsgiDeployer, context, artifact) : []
  expect(upstreams).toEqual([{ address: '127.0.0.1', port: expect.any(Number) }])
  expect(status).toEqual([])
})
