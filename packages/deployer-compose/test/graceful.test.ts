/** A container that is stopped while it answers, on the real engine: what is under way is answered, whoever has started the program. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { RuntimeConfig } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { inspected } from './inspected.ts'
import { stage } from './staged.ts'
import { flavors, isSkipped, useImages } from './test-images.ts'

const images = useImages()

describe.each(flavors)('with $name', (flavor) => {
  describe.skipIf(isSkipped(flavor))('on the real engine', { timeout: 60_000 }, () => {
    test.each<[string, RuntimeConfig['workers'], Readonly<Record<string, unknown>>]>([
      ['the image itself', { web: '' }, {}],
      ['its words', { web: '/app/server' }, { workers_argv: { web: ['/app/server'] } }],
      ['a shell', { web: '/app/server' }, {}],
      ['a shell of a shell', { web: 'sh -c "/app/server; true" && true' }, {}],
    ])('by %s', async (_, workers, metadata) => {
      const staged = await stage({ flavor, image: images.shell, runtime: { workers }, metadata })
      await staged.deployer.deploy()
      const id = await inspected(staged, 'web', '{{.Id}}')
      const answer = staged.ask('/slow?for=2s')
      await new Promise((resolve) => setTimeout(resolve, 300))
      await promisify(execFile)('docker', ['stop', id])
      expect(await answer).toContain(staged.context.release.id)
    })
  })
})
