import { execSync } from 'node:child_process'
import { mkdir, readdir, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createRun } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { lock, release, tempApp } from './temp-home.ts'

const id = (counter: number): string => `r00000${counter}-1f3a9c2e`

describe('releases', () => {
  test('are counted up and are real once committed', async () => {
    const app = await tempApp()
    const slot = await app.nextRelease('1f3a9c2e00000000')
    expect(await app.nextRelease('1f3a9c2e00000000')).toEqual(slot)
    expect(slot).toEqual({ id: id(1), path: join(app.directories.root, 'releases', id(1)), buildId: '1f3a9c2e00000000' })
    await app.reserve(slot)
    expect(await app.releases()).toEqual([{ id: id(1), path: slot.path, committed: false, isCurrent: false, isPrevious: false }])
    await expect(app.artifact(slot.id)).rejects.toMatchObject({ code: 'artifact.missing' })
    expect(await release(app)).toBe(id(2))
    expect(await app.artifact(id(2))).toMatchObject({ kind: 'static', metadata: { release: id(2) } })
  })

  test('never reuse a number, even of one that was removed', async () => {
    const app = await tempApp()
    await release(app)
    await app.discard(await release(app))
    expect((await app.nextRelease('ffffffff')).id).toBe('r000003-ffffffff')
    await rm(join(app.directories.root, 'counters.json'))
    expect((await app.nextRelease('ffffffff')).id).toBe('r000002-ffffffff')
    await writeFile(join(app.directories.root, 'counters.json'), '{"release":')
    await release(app)
    expect(await release(app)).toBe(id(3))
  })

  test('are flushed to the disk before they are committed, where processes may be started', async () => {
    const app = await tempApp({ run: createRun() })
    await app.switchTo(await release(app))
    expect(await app.current()).toBe(id(1))
  })

  test('that do not exist are named together with those that do', async () => {
    const app = await tempApp()
    await release(app)
    await expect(app.artifact(id(9))).rejects.toMatchObject({
      code: 'artifact.missing',
      message: `There is no release ${id(9)} of blog.`,
      hint: `There are ${id(1)}.`,
    })
    await expect(app.artifact('../../etc')).rejects.toMatchObject({ code: 'usage.release-id' })
    await expect(app.discard('../shared')).rejects.toMatchObject({ code: 'usage.release-id' })
    await app.discard(id(9))
  })

  test.each(['', 'null', '{"kind":3}', '{'])('with the damaged artifact %j are refused', async (content) => {
    const app = await tempApp()
    await writeFile(join(app.releasePath(await release(app)), 'BUILD_ARTIFACT.json'), content)
    await expect(app.artifact(id(1))).rejects.toMatchObject({ code: 'artifact.damaged' })
  })

  test('are pruned but for the newest, current and previous', async () => {
    const app = await tempApp()
    for (let count = 0; count < 6; count++) await release(app)
    await app.switchTo(id(2))
    await app.switchTo(id(1))
    await app.reserve(await app.nextRelease('1f3a9c2e'))
    await expect(app.discard(id(1))).rejects.toMatchObject({ code: 'internal.discard' })
    await expect(app.discard(id(2))).rejects.toMatchObject({ code: 'internal.discard' })
    expect(await app.prune(2)).toEqual([id(3), id(4), id(7)])
    expect((await app.releases()).map((one) => one.id)).toEqual([id(1), id(2), id(5), id(6)])
    expect(await app.prune(0)).toEqual([id(5), id(6)])
  })
})

describe('current', () => {
  test('and previous move together', async () => {
    const app = await tempApp()
    expect([await app.current(), await app.previous()]).toEqual([undefined, undefined])
    for (let count = 1; count <= 3; count++) await app.switchTo(await release(app))
    expect([await app.current(), await app.previous()]).toEqual([id(3), id(2)])
    await app.switchTo(id(3))
    expect([await app.current(), await app.previous()]).toEqual([id(3), id(2)])
    await app.switchTo(id(2))
    expect([await app.current(), await app.previous()]).toEqual([id(2), id(3)])
    expect(await readlink(join(app.directories.root, 'current'))).toBe(`releases/${id(2)}`)
    expect((await app.releases()).map((one) => [one.isCurrent, one.isPrevious])).toEqual([
      [false, false],
      [true, false],
      [false, true],
    ])
  })

  test('never leads to what was not committed', async () => {
    const app = await tempApp()
    await app.reserve(await app.nextRelease('1f3a9c2e'))
    await expect(app.switchTo(id(1))).rejects.toMatchObject({ code: 'internal.switch' })
    await expect(app.switchTo(id(5))).rejects.toMatchObject({ code: 'internal.switch' })
  })

  test('is there for a reader at any moment of a hundred switches', async () => {
    const app = await tempApp()
    const ids = [await release(app), await release(app)]
    await app.switchTo(id(1))
    const done = new AbortController()
    let reads = 0
    const reader = (async () => {
      for (; !done.signal.aborted; reads++) expect(ids).toContain(await app.current())
    })()
    for (let count = 0; count < 100; count++) await app.switchTo(id(1 + (count % 2)))
    done.abort()
    await reader
    expect(reads).toBeGreaterThan(0)
  })

  test.each<[string, (path: string) => Promise<unknown>, string]>([
    ['a file', (path) => writeFile(path, ''), 'it is a file'],
    ['a directory', (path) => mkdir(path), 'it is a directory'],
    ['a link to nothing', (path) => symlink('releases/r000009-1f3a9c2e', path), 'it leads to release r000009-1f3a9c2e, which is not there'],
    ['a link to another place', (path) => symlink('/etc', path), 'it leads to "/etc", which is no release of this app'],
    ['a link to itself', (path) => symlink('current', path), 'it leads to "current", which is no release of this app'],
    ['a link through another', (path) => symlink('releases/../../x/releases/r000001-1f3a9c2e', path), 'which is no release of this app'],
  ])('that is %s is reported with the command that mends it', async (_, damage, saw) => {
    const app = await tempApp()
    await release(app)
    const path = join(app.directories.root, 'current')
    await damage(path)
    const problem = await app.current().catch((error: unknown) => error)
    expect(problem).toMatchObject({ code: 'environment.current-damaged', message: expect.stringContaining(saw) })
    await expect(app.prune(0)).rejects.toMatchObject({ code: 'environment.current-damaged' })
    await expect(app.switchTo(id(1))).rejects.toMatchObject({ code: 'environment.current-damaged' })
    expect(await app.releases()).toHaveLength(1)
    await mend(problem)
    expect(await app.current()).toBe(id(1))
  })

  test('that lost its release and has no other is removed by the command', async () => {
    const app = await tempApp()
    await symlink('releases/r000009-1f3a9c2e', join(app.directories.root, 'current'))
    await mend(await app.current().catch((error: unknown) => error))
    expect(await app.current()).toBeUndefined()
  })

  test('whose artifact vanished is reported as never committed', async () => {
    const app = await tempApp()
    await app.switchTo(await release(app))
    await rm(join(app.releasePath(id(1)), 'BUILD_ARTIFACT.json'))
    await expect(app.current()).rejects.toMatchObject({ message: expect.stringContaining('was never committed') })
  })
})

test('a previous release that is gone is none', async () => {
  const app = await tempApp()
  await app.switchTo(await release(app))
  await app.switchTo(await release(app))
  await rename(app.releasePath(id(1)), join(app.directories.root, 'elsewhere'))
  expect(await app.previous()).toBeUndefined()
})

test('a home can be moved as it is', async () => {
  const app = await tempApp()
  await app.switchTo(await release(app))
  const moved = app.directories.root.replace('/blog', '/blog2')
  await rename(app.directories.root, moved)
  expect(await readdir(join(moved, 'current'))).toContain('BUILD_ARTIFACT.json')
  await (await lock(app)).release()
})

/** Runs the command of a hint, as the reader would. */
async function mend(problem: unknown): Promise<void> {
  const hint = problem instanceof Error && 'hint' in problem ? String(problem.hint) : ''
  execSync(hint.slice(hint.indexOf(': ') + 2))
}
