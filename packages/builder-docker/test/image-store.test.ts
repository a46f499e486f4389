/** Images on their way through a bundle, with the real engine. */
import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ArtifactStore, BuildArtifact } from '@hop3/core'
import { tempApp, testHost } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dockerBuilder } from '../src/index.ts'
import { docker, lacksEngine } from './engine-fixture.ts'

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
  const runtime = {
    envVars: {},
    pathPrepend: [],
    workingDir: '/',
    workers: { web: '/file' },
    beforeRun: [],
    staticPaths: {},
    healthcheckPath: '',
    healthcheckTimeout: 30,
  }
  const metadata = { release: 'r000007-00000000', image: { id, ...image } }
  return { kind: 'docker-image', location: id, builder: 'docker', appName: 'hop3-test-store', builtAt: '', buildId: '', runtime, metadata }
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
      message: expect.stringMatching(`it brings the name ".*${name}"`),
    })
    expect(exists(id)).toBe(false)
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
