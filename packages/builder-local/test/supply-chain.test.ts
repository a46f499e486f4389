import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFixture } from './build-fixture.ts'

const plan = {
  phases: {
    install: {
      dependsOn: [],
      cmds: ['python3 -m venv .venv', '.venv/bin/python -m pip --version > made.txt && pwd >> made.txt'],
      outputs: ['.venv', 'made.txt'],
    },
  },
}

test('two builds of one plan are one tree, wherever they were made, and their papers say so', { timeout: 60_000 }, async () => {
  const app = createFixture({ 'app.py': 'print(1)\n' })
  const other = createFixture({ 'app.py': 'print(1)\n' })
  const [first, second] = [await app.build(plan), await other.build(plan)]
  expect(first.metadata['tree_digest']).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(second.metadata['tree_digest']).toBe(first.metadata['tree_digest'])
  expect(other.root).not.toBe(app.root)
  app.write({ 'app.py': 'print(2)\n' })
  const changed = await app.build(plan)
  expect(changed.metadata['tree_digest']).not.toBe(first.metadata['tree_digest'])

  const [sbom, provenance] = await Promise.all(
    ['sbom.cdx.json', 'provenance.json'].map((name) => readFile(join(first.location, '..', name), 'utf8')),
  )
  expect(JSON.parse(sbom ?? '')).toMatchObject({ components: expect.arrayContaining([expect.objectContaining({ name: 'pip' })]) })
  expect(JSON.parse(provenance ?? '')).toMatchObject({ subject: [{ digest: { sha256: String(first.metadata['tree_digest']).slice(7) } }] })
})
