/** A bundle's artifact is the one its provenance names, or nobody imports it. */
import { hash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArtifactStore, BuildArtifact } from '@hop3/core'
import { treeDigest } from '@hop3/core/files'
import { expect, test } from 'vitest'
import { tempDirectory } from '../temp-home.ts'
import { check, partsOf, stage, unpackHere, writeParts, type Part, type Stage } from './bundle-stage.ts'

const sbom = '{"components":[]}'

/** As a builder leaves it: paths of the release in files, links into it, and papers that name its tree. */
async function provenStage(subject?: string): Promise<Stage & { readonly proven: BuildArtifact }> {
  const made = await stage({
    'source/bin/run': '#!{root}/source/bin/python\n',
    'source/absolute': '-> {root}/source/index.html',
    'source/here': '-> index.html',
    'source/bin.d/x': 'x',
    'sbom.cdx.json': sbom,
  })
  const { root, artifact } = made
  const digest = subject ?? (await treeDigest(artifact.location, { places: [root] }))
  const proven = { ...artifact, metadata: { ...artifact.metadata, sbom: 'sbom.cdx.json', provenance: 'provenance.json' } }
  await writeFile(join(root, 'provenance.json'), provenanceOf(digest))
  return { ...made, proven }
}

function provenanceOf(sha256: string): string {
  const byproducts = [{ name: 'sbom.cdx.json', digest: { sha256: hash('sha256', sbom, 'hex') } }]
  return JSON.stringify({ subject: [{ digest: { sha256 } }], predicate: { runDetails: { byproducts } } })
}

/** The bundle with one file exchanged, and its manifest told so. */
async function withFile(file: string, path: string, text: string): Promise<string> {
  const parts = await partsOf(file)
  const [first] = parts
  const part = parts.find(({ header }) => header.name === `files/${path}`)
  if (first === undefined || part === undefined) throw new Error(`no ${path}`)
  part.body = Buffer.from(text)
  const manifest = JSON.parse(first.body.toString())
  const entry = manifest.entries.find((one: { path: string }) => one.path === path)
  Object.assign(entry, { size: text.length, sha256: hash('sha256', text, 'hex') })
  return rewritten(parts, first, manifest)
}

async function rewritten(parts: readonly Part[], first: Part, manifest: unknown): Promise<string> {
  first.body = Buffer.from(JSON.stringify(manifest))
  return writeParts(join(await tempDirectory(), 'other.hop3'), parts)
}

test('both papers travel, whatever the path of the other home', async () => {
  const from = await provenStage()
  const { file } = await from.export({ artifact: from.proven })
  expect(from.events).toEqual([])
  const to = await unpackHere(file, { homeName: 'a-home-with-a-longer-name' })
  expect(to.artifact.metadata).toMatchObject({ sbom: 'sbom.cdx.json', provenance: 'provenance.json' })
  for (const name of ['sbom.cdx.json', 'provenance.json'])
    expect(await readFile(join(to.root, name), 'utf8')).toBe(await readFile(join(from.root, name), 'utf8'))
})

test.each([
  ['a file that was exchanged', 'source/index.html', '<h1>other</h1>', /its artifact is sha256:/],
  ['the provenance of something else', 'provenance.json', provenanceOf('00'.repeat(32)), /names sha256:0000/],
  ['a provenance that is none', 'provenance.json', '[]', /names sha256:nothing/],
  ['another bill of materials', 'sbom.cdx.json', '{}', /its sbom.cdx.json is not the one/],
])('refuses %s', async (_what, path, text, message) => {
  const from = await provenStage()
  const { file } = await from.export({ artifact: from.proven })
  const refused = check(await withFile(file, path, text))
  await expect(refused).rejects.toMatchObject({ code: 'artifact.bundle-provenance', message: expect.stringMatching(message) })
})

test('refuses an artifact whose provenance was taken out', async () => {
  const from = await provenStage()
  const parts = await partsOf((await from.export({ artifact: from.proven })).file)
  const left = parts.filter(({ header }) => header.name !== 'files/provenance.json')
  const [first] = left
  const manifest = JSON.parse(first?.body.toString() ?? '')
  manifest.entries = manifest.entries.filter((one: { path: string }) => one.path !== 'provenance.json')
  if (first === undefined) throw new Error('no manifest')
  await expect(check(await rewritten(left, first, manifest))).rejects.toMatchObject({
    message: expect.stringContaining('does not hold its'),
  })
})

test('a release its app has written into is exported without a claim that does not hold', async () => {
  const from = await provenStage()
  await writeFile(join(from.root, 'source', 'visits.txt'), '1')
  const { file } = await from.export({ artifact: from.proven })
  expect(from.events.map(({ text }) => text).join()).toMatch(/not as they were built.*without provenance\.json/)
  const { artifact, manifest } = await check(file)
  expect(artifact.metadata).toMatchObject({ sbom: 'sbom.cdx.json' })
  expect(artifact.metadata).not.toHaveProperty('provenance')
  expect(manifest.entries.map(({ path }) => path)).not.toContain('provenance.json')
})

test('of an image the subject is its id', async () => {
  const id = `sha256:${'ab'.repeat(32)}`
  const store: ArtifactStore = {
    save: async function* save() {
      yield Buffer.from('image')
    },
    load: async (artifact) => artifact,
  }
  const exported = async (subject: string): Promise<string> => {
    const from = await provenStage(subject)
    const artifact = { ...from.proven, kind: 'docker-image', location: id }
    return (await from.export({ artifact, store, releasePath: from.root })).file
  }
  const right = await exported('ab'.repeat(32))
  expect((await check(right)).artifact.metadata).toMatchObject({ provenance: 'provenance.json' })
  const wrong = await withFile(right, 'provenance.json', provenanceOf('cd'.repeat(32)))
  await expect(check(wrong)).rejects.toMatchObject({ code: 'artifact.bundle-provenance' })
})
