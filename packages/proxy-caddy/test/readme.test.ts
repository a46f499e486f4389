import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { caddyProxy } from '../src/index.ts'
import { isSkipped, need } from './programs.ts'
import { stage, upstream } from './stage.ts'

const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8')

test('the README has at most 60 lines', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
})

test.skipIf(isSkipped)(`its example does what it says${need}`, async () => {
  const { context, proxy, host } = await stage()
  const { port } = await upstream((_request, response) => response.end())
  const example = /```ts\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const body = example
    .replace(/^import .*$/m, '')
    .replace('40123', String(port))
    .replace('20001', String(await host.reservePort('app')))
  // eslint-disable-next-line typescript/no-implied-eval -- the example is text
  const run: unknown = new Function('caddyProxy', 'context', `return (async () => {${body}; return url })()`)
  expect(typeof run === 'function' ? await run(caddyProxy, context) : undefined).toBe(`http://blog.localhost:${context.listen.port}`)
  expect(await proxy.running?.()).toBeUndefined()
})
