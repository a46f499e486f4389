import type { ToolchainFactory } from '@hop3/core'
import { expect, it } from 'vitest'
import { localBuilder } from '../src/index.ts'
import { createFixture } from './build-fixture.ts'

function toolchain(name: string, file: string): ToolchainFactory {
  return {
    name,
    specificity: 'inferred',
    create: ({ source }) => ({
      name,
      accept: async () =>
        (await source.hasFile(file))
          ? { accepted: true, reason: `there is ${file}`, evidence: [file] }
          : { accepted: false, reason: `no ${file}` },
      plan: async () => ({ kind: name, phases: {}, processes: { web: 'serve' }, versions: {}, runtime: {}, decisions: [], warnings: [] }),
    }),
  }
}

const toolchains = [toolchain('one', 'one.lock'), toolchain('two', 'two.lock')]

it("accepts with the toolchain's reason and evidence", async () => {
  const app = createFixture({ 'two.lock': '' })
  expect(await localBuilder.create(app.context({ toolchains })).accept()).toEqual({
    accepted: true,
    reason: 'two: there is two.lock',
    evidence: ['two.lock'],
  })
  expect(app.commands).toEqual([])
})

it('refuses with the verdict of every toolchain', async () => {
  const app = createFixture({ 'notes.txt': '' })
  const verdict = await localBuilder.create(app.context({ toolchains })).accept()
  expect(verdict).toEqual({ accepted: false, reason: 'no toolchain knows this app (one: no one.lock; two: no two.lock)' })
})
