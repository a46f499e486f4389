/** Images on their way through a bundle, with the real engine. */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { ArtifactStore, BuildArtifact } from '@hop3/core'
import { tempApp, testHost } from '@hop3/testing'
import { pack } from 'tar-stream'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dockerBuilder } from '../src/index.ts'
import { withoutNames } from '../src/saved-image.ts'
import { docker, lacksEngine } from './engine-fixture.ts'
import { testArtifact } from './test-artifact.ts'

const timeout = 60_000

async function storeHere(): Promise<ArtifactStore> {
  const { toolEnv, log, run, clock } = await testHost()
  const store = dockerBuilder.store?.({ env: toolEnv, log, run, clock, signal: new AbortController().signal })
  if (store === undefined) throw new Error('the builder has no store')
  return store
}

/** A small image like no other, gone when the test ends. */
async function smallImage(): Promise<string> {
  const directory = await tempApp({ 'root/file': crypto.randomUUID() })
  execFileSync('tar', ['cf', join(directory, 'root.tar'), '-C', join(directory, 'root'), '.'])
  const id = docker('import', '--change', 'CMD ["/file"]', join(directory, 'root.tar'))
  onTestFinished(() => remove(id))
  return id
}

function remove(name: string): void {
  try {
    docker('rmi', '--force', name)
  } catch {
    // It has gone already.
  }
}

function artifactOf(id: string, image: Readonly<Record<string, unknown>> = {}): BuildArtifact {
  return testArtifact(id, { release: 'r000007-00000000', image: { id, ...image } })
}

const exists = (id: string): boolean => docker('images', '--all', '--quiet', '--no-trunc').split('\n').includes(id)

describe.skipIf(lacksEngine())('the store of images', () => {
  test('gives back what it was given, with a name of its own', { timeout }, async () => {
    const [store, id] = [await storeHere(), await smallImage()]
    const artifact = artifactOf(id)
    const saved = await Readable.from(store.save(artifact)).toArray()
    remove(id)
    expect(exists(id)).toBe(false)
    const loaded = await store.load(artifact, Readable.from(saved))
    expect(loaded).toMatchObject({ location: id, metadata: { image: { id, tag: 'hop3/hop3-test-store:r000007-00000000' } } })
    expect(exists(id)).toBe(true)
    expect((await store.load(artifact, Readable.from(saved))).location).toBe(id)
  })

  test('takes no image that brings a name', { timeout }, async () => {
    const [store, id] = [await storeHere(), await smallImage()]
    const name = `hop3-test-name:${crypto.randomUUID().slice(0, 8)}`
    docker('tag', id, name)
    const file = join(await tempApp(), 'named.tar')
    docker('save', '--output', file, name)
    remove(name)
    remove(id)
    await expect(store.load(artifactOf(id), Readable.from([await readFile(file)]))).rejects.toMatchObject({
      code: 'artifact.damaged',
      message: expect.stringContaining('has more than an image without names'),
    })
    expect(exists(id)).toBe(false)
  })

  test.each<[string, Readonly<Record<string, string>>]>([
    ['a key that Go reads in any case', { 'manifest.json': '[{"Config":"ID.json","Layers":[],"repotags":["hop3-test-name:1"]}]' }],
    ['more behind the list', { 'manifest.json': '[{"Config":"ID.json","Layers":[],"RepoTags":null}] []' }],
    ['a key twice', { 'manifest.json': '[{"Config":"ID.json","RepoTags":["a:1"],"Layers":[],"RepoTags":null}]' }],
    ['a list under another path', { 'manifest.json': '[{"Config":"ID.json","Layers":[]}]', 'x/../manifest.json': '[]' }],
    [
      'the name that containerd falls back to',
      {
        'manifest.json': '[{"Config":"ID.json","Layers":[]}]',
        'index.json':
          '{"schemaVersion":2,"manifests":[{"mediaType":"m","digest":"sha256:ID","size":1,"annotations":{"org.opencontainers.image.ref.name":"debian:12"}}]}',
      },
    ],
    ['names in the older list', { 'manifest.json': '[{"Config":"ID.json","Layers":[]}]', repositories: '{"debian":{"12":"x"}}' }],
    ['no list', { 'oci-layout': '{}' }],
  ])('takes no archive with %s', async (_, files) => {
    const tar = pack()
    for (const [name, text] of Object.entries(files)) tar.entry({ name }, text.replaceAll('ID', 'a'.repeat(64)))
    tar.finalize()
    await expect(Readable.from(withoutNames(Readable.from([await buffer(tar)]), new Set())).toArray()).rejects.toMatchObject({
      code: 'artifact.damaged',
    })
  })

  test('takes no archive whose list is a link', async () => {
    const tar = pack()
    tar.entry({ name: 'manifest.json', type: 'symlink', linkname: `blobs/sha256/${'a'.repeat(64)}` })
    tar.finalize()
    await expect(Readable.from(withoutNames(Readable.from([await buffer(tar)]), new Set())).toArray()).rejects.toMatchObject({
      code: 'artifact.damaged',
      message: expect.stringContaining('"manifest.json" is a symlink'),
    })
  })

  test('leaves an image that was here before, when a bundle brings it for another', { timeout }, async () => {
    const [store, id] = [await storeHere(), await smallImage()]
    docker('tag', id, `hop3-test-here:${id.slice(7, 19)}`)
    const saved = await Readable.from(store.save(artifactOf(id))).toArray()
    await expect(store.load(artifactOf(`sha256:${'1'.repeat(64)}`), Readable.from(saved))).rejects.toMatchObject({
      code: 'artifact.damaged',
    })
    expect(exists(id)).toBe(true)
  })

  test.each([
    ['another image', async (id: string) => artifactOf(id, { layers: [`sha256:${'0'.repeat(64)}`] }), 'its layers are others'],
    ['nothing of an image', async (id: string) => artifactOf(id), 'it is no saved image'],
  ])('does not take %s', { timeout }, async (name, make, problem) => {
    const [store, id] = [await storeHere(), await smallImage()]
    const saved = Buffer.concat(await Readable.from(store.save(artifactOf(id))).toArray())
    remove(id)
    const bytes = name === 'another image' ? saved : Buffer.alloc(300_000, 'x')
    await expect(store.load(await make(id), Readable.from([bytes]))).rejects.toMatchObject({
      code: 'artifact.damaged',
      message: expect.stringContaining(problem),
    })
    expect(exists(id)).toBe(false)
  })

  test('does not take an image of the same layers under the name of another', { timeout }, async () => {
    const [store, id] = [await storeHere(), await smallImage()]
    const layers: unknown = JSON.parse(docker('image', 'inspect', '--format', '{{json .RootFS.Layers}}', id))
    const saved = await Readable.from(store.save(artifactOf(id))).toArray()
    const other = artifactOf(`sha256:${'1'.repeat(64)}`, { layers })
    await expect(store.load(other, Readable.from(saved))).rejects.toMatchObject({
      code: 'artifact.damaged',
      message: expect.stringContaining(`that one is ${id}`),
    })
  })

  test('says what is gone, for another platform, or not to be reached', { timeout }, async () => {
    const store = await storeHere()
    const gone = artifactOf(`sha256:${'1'.repeat(64)}`)
    await expect(Readable.from(store.save(gone)).toArray()).rejects.toMatchObject({ code: 'artifact.missing' })
    await expect(store.check?.(artifactOf('x', { platform: 'linux/s390x' }))).rejects.toMatchObject({ code: 'artifact.foreign' })
    const { log, run, clock } = await testHost()
    const env = { DOCKER_HOST: `unix://${await tempApp()}/none` }
    const other = dockerBuilder.store?.({ env, log, run, clock, signal: new AbortController().signal })
    await expect(other?.check?.(gone)).rejects.toMatchObject({ code: expect.stringMatching(/^environment\.docker/) })
  })

  test('bytes that fail on their way end the request', { timeout }, async () => {
    const [store, id] = [await storeHere(), await smallImage()]
    const saved = Buffer.concat(await Readable.from(store.save(artifactOf(id))).toArray())
    remove(id)
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield saved.subarray(0, 1000)
      throw new Error('the disk has gone')
    }
    await expect(store.load(artifactOf(id), failing())).rejects.toThrow('the disk has gone')
    expect(exists(id)).toBe(false)
  })
})
