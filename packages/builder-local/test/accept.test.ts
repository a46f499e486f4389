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

const picky: ToolchainFactory = {
  name: 'three',
  specificity: 'inferred',
  create: (context) => ({
    ...toolchain('three', '').create(context),
    accept: async () =>
      (await context.source.hasFile('three.json'))
        ? { accepted: false, reason: 'three.json has no start', evidence: ['three.json'] }
        : { accepted: false, reason: 'no three.json' },
  }),
}

it.each([
  [{ 'notes.txt': '' }, 'nothing for one, two, three'],
  [{ 'three.json': '' }, 'three: three.json has no start; nothing for one, two'],
])('refuses %j in short: what saw something of its own says why, of the others there are the names', async (files, refusals) => {
  const app = createFixture(files)
  const verdict = await localBuilder.create(app.context({ toolchains: [...toolchains, picky] })).accept()
  expect(verdict).toEqual({ accepted: false, reason: `no toolchain knows this app (${refusals})` })
})
