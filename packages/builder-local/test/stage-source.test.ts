import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scanSource, sourceDigest, stageSource } from '@hop3/planner/source-tree'
import { createFixture } from './build-fixture.ts'

const nothing = {}

describe('staging', () => {
  it('copies files with their modes and times, keeps inner links, and leaves ignored paths out', async () => {
    const app = createFixture({
      'run.sh': '#!/bin/sh\n',
      'a/b.txt': 'b',
      'big.bin': 'x'.repeat(100_000),
      'skip/me': '1',
      '.git/HEAD': 'x',
      '.gitignore': 'skip\n',
    })
    chmodSync(join(app.source, 'run.sh'), 0o750)
    chmodSync(join(app.source, 'a/b.txt'), 0o444)
    utimesSync(join(app.source, 'a/b.txt'), 1_000_000_000.123456, 1_000_000_000.123456)
    mkdirSync(join(app.source, 'empty'))
    symlinkSync('a/b.txt', join(app.source, 'link'))
    symlinkSync(join(app.source, 'a'), join(app.source, 'absolute'))
    symlinkSync('nowhere', join(app.source, 'dangling'))
    symlinkSync('circle', join(app.source, 'circle'))
    symlinkSync('..', join(app.source, 'a/up'))
    const { location } = await app.build(nothing)
    expect(statSync(join(location, 'run.sh')).mode & 0o777).toBe(0o750)
    expect(readFileSync(join(location, 'a/b.txt'), 'utf8')).toBe('b')
    expect(statSync(join(location, 'a/b.txt')).mtimeMs).toBeCloseTo(1_000_000_000_123.456, 2)
    expect(statSync(join(location, 'big.bin')).size).toBe(100_000)
    expect(statSync(join(location, 'big.bin')).nlink).toBe(1)
    expect(statSync(join(app.source, 'run.sh')).nlink).toBe(1)
    expect(existsSync(join(location, 'empty'))).toBe(true)
    expect(readlinkSync(join(location, 'link'))).toBe('a/b.txt')
    expect(readlinkSync(join(location, 'absolute'))).toBe('a')
    expect(readlinkSync(join(location, 'dangling'))).toBe('nowhere')
    expect(readlinkSync(join(location, 'circle'))).toBe('circle')
    const warnings = app.events.filter(({ level }) => level === 'warn').map(({ text }) => text)
    expect(warnings).toEqual(['circle is a link that leads back to itself. Remove it, or leave it out with a line in .hop3ignore.'])
    expect(readlinkSync(join(location, 'a/up'))).toBe('..')
    expect(existsSync(join(location, 'skip'))).toBe(false)
    expect(existsSync(join(location, '.git'))).toBe(false)
  })

  it.each([
    ['an absolute link', 'link', '/etc/passwd'],
    ['a relative link', 'a/link', '../../outside'],
    ['a dangling link', 'link', '../not-there'],
    ['a detour back in', 'link', '../app/a'],
    ['a link through a link', 'link', 'a/up/..'],
  ])('refuses %s out of the source', async (_, path, target) => {
    const app = createFixture({ 'a/b.txt': 'b', '../outside': 'secret' })
    if (target === 'a/up/..') symlinkSync('..', join(app.source, 'a/up'))
    symlinkSync(target, join(app.source, path))
    const build = app.build(nothing)
    await expect(build).rejects.toMatchObject({ code: 'build.source-link', details: { path, target } })
    await expect(build).rejects.toThrow(`"${path}" of the source is a link to "${target}"`)
  })

  it('refuses a named pipe without waiting for its other end', async () => {
    const app = createFixture()
    execFileSync('/bin/sh', ['-c', 'mkfifo pipe'], { cwd: app.source })
    await expect(app.build(nothing)).rejects.toMatchObject({
      code: 'build.source-special-file',
      details: { path: 'pipe', kind: 'a named pipe' },
    })
  })

  it('copies no other release when the home lies inside the source', async () => {
    const app = createFixture({ 'index.js': '1' })
    const releases = join(app.source, 'state/apps/blog/releases')
    mkdirSync(join(releases, 'r000001-00000000'), { recursive: true })
    writeFileSync(join(app.source, 'state/secret'), 's')
    const release = { id: 'r000002-00000000', path: join(releases, 'r000002-00000000'), buildId: '0' }
    mkdirSync(release.path)
    const context = { release, cachePath: join(app.source, 'state/cache') }
    const artifact = await app.build(nothing, context)
    expect(existsSync(join(artifact.location, 'state'))).toBe(false)
    expect(lstatSync(join(artifact.location, 'index.js')).isFile()).toBe(true)
  })

  it('warns of .env files', async () => {
    const app = createFixture({ '.env': 'A=1', 'web/.env.local': 'B=1', '.env.example': 'C=1' })
    const { location } = await app.build(nothing)
    expect(readFileSync(join(location, '.env'), 'utf8')).toBe('A=1')
    const warning = app.events.find(({ level }) => level === 'warn')
    expect(warning?.text).toContain('.env, web/.env.local are copied into the release')
  })

  it('names an unreadable file and how to leave it out', async () => {
    const app = createFixture({ 'a.txt': 'a', 'private.key': 'k' })
    chmodSync(join(app.source, 'private.key'), 0o000)
    chmodSync(app.root, 0o755)
    const hashes = { get: () => undefined, put: () => {}, save: async () => {} }
    const scan = () => scanSource({ sourcePath: app.source, filter: () => true, own: [], hashes, signal: new AbortController().signal })
    await expect(asOrdinaryUser(scan)).rejects.toMatchObject({
      code: 'build.source-unreadable',
      message: 'Cannot read "private.key" of the source: permission denied.',
      details: { path: 'private.key' },
    })
  })
})

describe('a source that changes between being listed and being copied', () => {
  const signal = new AbortController().signal
  const hashes = { get: () => undefined, put: () => {}, save: async () => {} }

  function setUp() {
    const app = createFixture({ 'a/b.txt': 'b', '../outside/b.txt': 'secret', 'big.bin': 'x'.repeat(100_000) })
    const scan = () => scanSource({ sourcePath: app.source, filter: () => true, own: [], hashes, signal })
    const target = join(app.root, 'copy')
    return { app, scan, target, at: (path: string) => join(app.source, path) }
  }

  it.each<[string, string, (at: (path: string) => string) => void]>([
    ['a file by a link', 'a/b.txt', (at) => (rmSync(at('a/b.txt')), symlinkSync(at('../outside/b.txt'), at('a/b.txt')))],
    ['a large file by a link', 'big.bin', (at) => (rmSync(at('big.bin')), symlinkSync(at('../outside/b.txt'), at('big.bin')))],
    ['its directory by a link', 'a/b.txt', (at) => (renameSync(at('a'), at('../a')), symlinkSync(at('../outside'), at('a')))],
    ['its directory by a file', 'a/b.txt', (at) => (renameSync(at('a'), at('../a')), writeFileSync(at('a'), ''))],
    ['a file by a directory', 'a/b.txt', (at) => (rmSync(at('a/b.txt')), mkdirSync(at('a/b.txt')))],
    ['a file by a pipe', 'a/b.txt', (at) => (rmSync(at('a/b.txt')), execFileSync('mkfifo', [at('a/b.txt')]))],
    ['a file by another', 'a/b.txt', (at) => renameSync(at('big.bin'), at('a/b.txt'))],
  ])('refuses %s', async (_, path, replace) => {
    const { app, scan, target, at } = setUp()
    const entries = await scan()
    replace(at)
    const staging = stageSource({ sourcePath: app.source, entries, target, signal })
    await expect(staging).rejects.toMatchObject({ code: 'build.source-changed', details: { path } })
    await expect(staging).rejects.toThrow(`"${path}" of the source was replaced`)
  })

  it('says what disappeared', async () => {
    const { app, scan, target, at } = setUp()
    const entries = await scan()
    rmSync(at('a/b.txt'))
    const staging = stageSource({ sourcePath: app.source, entries, target, signal })
    await expect(staging).rejects.toThrow('"a/b.txt" of the source disappeared')
  })

  it('knows what it copied of a file that was written to', async () => {
    const { app, scan, target, at } = setUp()
    const entries = await scan()
    writeFileSync(at('a/b.txt'), 'new')
    writeFileSync(at('big.bin'), 'y'.repeat(200_000))
    const staged = await stageSource({ sourcePath: app.source, entries, target, signal })
    expect(readFileSync(join(target, 'a/b.txt'), 'utf8')).toBe('new')
    expect(readFileSync(join(target, 'big.bin'), 'utf8')).toBe('y'.repeat(200_000))
    expect(sourceDigest(staged)).toBe(sourceDigest(await scan()))
    expect(sourceDigest(staged)).not.toBe(sourceDigest(entries))
  })
})

/** Root may read everything, so it steps down for the time of one call. */
async function asOrdinaryUser<T>(action: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return action()
  process.seteuid?.(65_534)
  try {
    return await action()
  } finally {
    process.seteuid?.(0)
  }
}
