/** The end of a release's image, with the real engine: what is ours goes, what anybody else needs or has named stays. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import type { ArtifactStore, LeavingRelease } from '@hop3/core'
import { tempApp, testHost } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { dockerBuilder } from '../src/index.ts'
import { docker, lacksEngine } from './engine-fixture.ts'
import { testArtifact } from './test-artifact.ts'

const timeout = 60_000
const release = 'r000007-00000000'

async function removal(): Promise<NonNullable<ArtifactStore['remove']>> {
  const { toolEnv, log, run, clock } = await testHost()
  const store = dockerBuilder.store?.({ env: toolEnv, log, run, clock, signal: new AbortController().signal })
  const remove = store?.remove?.bind(store)
  if (remove === undefined) throw new Error('the builder removes nothing')
  return remove
}

interface Staged {
  readonly appName: string
  readonly id: string
  readonly own: string
  readonly tag: (name: string) => void
  readonly names: () => readonly string[]
}

/** An image like no other, under the name of the release, gone with all its names when the test ends. */
async function stage(): Promise<Staged> {
  const appName = `hop3-test-${crypto.randomUUID().slice(0, 8)}`
  const own = `hop3/${appName}:${release}`
  const directory = await tempApp({ 'root/file': crypto.randomUUID() })
  execFileSync('tar', ['cf', join(directory, 'root.tar'), '-C', join(directory, 'root'), '.'])
  const id = docker('import', '--change', 'CMD ["/file"]', join(directory, 'root.tar'), own)
  onTestFinished(() => {
    if (isThere(id)) docker('rmi', '--force', id)
  })
  const names = (): readonly string[] =>
    docker('image', 'inspect', '--format', '{{range .RepoTags}}{{.}} {{end}}', id)
      .split(' ')
      .filter((name) => name !== '')
  return { appName, id, own, names, tag: (name) => docker('tag', id, name) }
}

const isThere = (id: string): boolean => docker('images', '--all', '--quiet', '--no-trunc').split('\n').includes(id)

const leaving = ({ appName, id }: Staged, image = {}): LeavingRelease => ({
  appName,
  release,
  artifact: testArtifact(id, { image }),
})

describe.skipIf(lacksEngine())('an image of a release that goes', () => {
  test('goes, with the name it was pushed under; and nothing is wrong with one that has gone', { timeout }, async () => {
    const [remove, staged] = [await removal(), await stage()]
    const pushed = `registry.invalid/${staged.appName}:latest`
    staged.tag(pushed)
    expect(await remove(leaving(staged, { pushed }))).toBeUndefined()
    expect(isThere(staged.id)).toBe(false)
    expect(await remove(leaving(staged, { pushed }))).toBeUndefined()
  })

  test('goes where nobody knows what was built: its build was killed', { timeout }, async () => {
    const [remove, staged] = [await removal(), await stage()]
    expect(await remove({ appName: staged.appName, release })).toBeUndefined()
    expect(isThere(staged.id)).toBe(false)
  })

  test('stays under the names others have given it, without ours', { timeout }, async () => {
    const [remove, staged] = [await removal(), await stage()]
    const named = `hop3-test-named:${staged.id.slice(7, 19)}`
    staged.tag(named)
    staged.tag(`hop3/${staged.appName}:r000008-00000000`)
    expect(await remove(leaving(staged))).toBeUndefined()
    expect(staged.names().toSorted()).toEqual([named, `hop3/${staged.appName}:r000008-00000000`].toSorted())
  })

  test('stays while a container is made of it, which is named, and goes afterwards', { timeout }, async () => {
    const [remove, staged] = [await removal(), await stage()]
    const container = docker('create', '--name', staged.appName, staged.id)
    expect(await remove(leaving(staged))).toBe(`the container ${staged.appName} uses its image`)
    expect(staged.names()).toEqual([staged.own])
    docker('rm', '--force', container)
    expect(await remove(leaving(staged))).toBeUndefined()
    expect(isThere(staged.id)).toBe(false)
  })

  test('stays while another release is made of it that has no name of its own', { timeout }, async () => {
    const [remove, staged] = [await removal(), await stage()]
    const sharedWith = 'r000008-00000000'
    expect(await remove({ ...leaving(staged), sharedWith })).toBe(`${sharedWith} is made of the same image`)
    staged.tag(`hop3/${staged.appName}:${sharedWith}`)
    expect(await remove({ ...leaving(staged), sharedWith })).toBeUndefined()
    expect(staged.names()).toEqual([`hop3/${staged.appName}:${sharedWith}`])
  })
})
