/** What Kubernetes, Compose, a swarm and systemd would be told of the examples: files of the repository, the same on every machine. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectGolden, goldenRenderings } from '../src/golden.ts'
import { lacksFor, maskedRendering, renderedFiles, renderExamples, renderings, type RenderedExample } from '../src/rendered-examples.ts'

let directory = ''
let rendered: readonly RenderedExample[] = []
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hop3-rendered-'))
  rendered = await renderExamples(directory)
}, 600_000)
afterAll(() => rm(directory, { recursive: true, force: true }), 60_000)

describe.each(renderings())('$name for $target', (rendering) => {
  const { name, target } = rendering
  const why = lacksFor(rendering)

  it.skipIf(why !== undefined)(
    `is rendered as its file says, wherever it is asked for${why === undefined ? '' : ` (needs ${why})`}`,
    async () => {
      const found = rendered.find((one) => one.name === name && one.target === target)
      const { home = '', texts: [here, there] = ['', ''] } = found ?? {}
      expect(there).toBe(here)
      await expectGolden(join(goldenRenderings, name, renderedFiles[target]), maskedRendering(here, home))
    },
  )
})

it('there are no other files', async () => {
  const files = await readdir(goldenRenderings, { recursive: true, withFileTypes: true })
  const paths = files.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  expect(paths.toSorted()).toEqual(
    renderings()
      .map(({ name, target }) => join(goldenRenderings, name, renderedFiles[target]))
      .toSorted(),
  )
})
