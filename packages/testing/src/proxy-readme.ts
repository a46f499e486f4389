import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { ProxyFactory } from '@hop3/core'
import type { StageProxy } from './proxy-stage.ts'
import { startUpstream } from './upstream.ts'

export interface Documented {
  readonly factory: ProxyFactory
  readonly readme: string
  readonly exported: string
}

export function registerExampleTests(stage: StageProxy, { factory, readme, exported }: Documented): void {
  test('the example of its README does what it says', async () => {
    const { context, proxy, host } = await stage()
    const { port } = await startUpstream('blog')
    const text = await readFile(readme, 'utf8')
    expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(60)
    const example = /```ts\n([^]*?)```/.exec(text)?.[1] ?? ''
    const body = example
      .replace(/^import .*$/m, '')
      .replace('40123', String(port))
      .replace('20001', String(await host.reservePort('app')))
    // eslint-disable-next-line typescript/no-implied-eval -- the example is text
    const run = new Function(exported, 'context', `return (async () => {${body}; return url })()`)
    const url: unknown = await Reflect.apply(run, undefined, [factory, context])
    expect(url).toBe(`http://blog.localhost:${context.listen.port}`)
    expect(await proxy().running?.()).toBeUndefined()
  })
}
