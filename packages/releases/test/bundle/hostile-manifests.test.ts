/** What no bundle may list. Checking writes nothing, so that a refusal leaves nothing. */
import { hostPlatform } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { check } from './bundle-stage.ts'
import { fileEntry, filePart, tampered, type Change } from './tampered.ts'

/** A file of this path, both listed and there. */
const withFile = (path: string): Change => ({
  manifest: ({ entries }) => void entries.push(fileEntry(path, 'x')),
  parts: (parts) => void parts.push(filePart(path, 'x')),
})

/** A link, both listed and there; `zz` comes last. */
const withLink = (path: string, target: string, more: Change['manifest'] = () => {}): Change => ({
  manifest: (manifest) => {
    manifest.entries.push({ type: 'link', path, target })
    more(manifest)
  },
  parts: (parts) => void parts.push({ header: { name: `files/${path}`, type: 'symlink', linkname: target }, body: Buffer.alloc(0) }),
})

test('as it was, it is a bundle', async () => {
  expect((await check(await tampered({}))).manifest.entries.map(({ path }) => path)).toEqual([
    'source',
    'source/a.txt',
    'source/bin',
    'source/bin/link',
    'source/index.html',
  ])
})

describe('names', () => {
  test.each([
    ['up', 'source/../../out', 'is not a plain path'],
    ['first', '../out', 'is not a plain path'],
    ['absolute', '/etc/out', 'is not a relative path'],
    ['double slash', 'source//out', 'is not a plain path'],
    ['dot', 'source/./out', 'is not a plain path'],
    ['empty', '', 'is not a relative path'],
    ['NUL', 'zz\0', 'holds what no file name can'],
    ['lone surrogate', 'zz\ud800', 'holds what no file name can'],
    ['long part', `z${'z'.repeat(255)}`, 'is too long'],
    ['long whole', Array.from({ length: 2001 }, () => 'z').join('/'), 'is too long'],
    ['artifact', 'BUILD_ARTIFACT.json', 'is not a file of a bundle'],
    ['no directory', 'zz/out', 'lies in no directory of the bundle'],
    ['not sorted', 'source/bin/link/out', 'is listed after'],
  ])('%s', async (_name, path, problem) => {
    const bad = await tampered({ manifest: ({ entries }) => void entries.push(fileEntry(path, 'x')) })
    await expect(check(bad)).rejects.toMatchObject({ code: 'artifact.bundle', message: expect.stringContaining(problem) })
  })

  test('a file below a link', async () => {
    const bad = await tampered({ manifest: ({ entries }) => void entries.splice(4, 0, fileEntry('source/bin/link/out', 'x')) })
    await expect(check(bad)).rejects.toMatchObject({ message: expect.stringContaining('lies in no directory of the bundle') })
  })

  test('one twice', async () => {
    const bad = await tampered(withFile('source/index.html'))
    await expect(check(bad)).rejects.toMatchObject({ message: expect.stringContaining('is listed twice') })
  })

  test.each([
    ['app', 'Blog'],
    ['app', '../x'],
    ['release', 'r1'],
    ['release', '../../etc'],
  ])('of the %s: %s', async (key, value) => {
    const bad = await tampered({ manifest: (manifest) => void (manifest[key] = value) })
    await expect(check(bad)).rejects.toMatchObject({ code: 'artifact.bundle', message: expect.stringContaining(`${key}: is not`) })
  })
})

describe('links', () => {
  test.each([
    ['zz', '../out', 'leads out of the release'],
    ['zz', '..', 'leads out of the release'],
    ['zz', 'source/../../out', 'leads out of the release'],
    // Plain to see inside; through the link on its way it would not be.
    ['zz', 'source/bin/link/../../../out', 'leads out of the release'],
    ['zz', '/etc/passwd', 'does not name as needed'],
    ['source/bin/zz', '/etc/passwd', 'is listed after'],
    ['zz', 'a\0b', 'leads to what no file name can be'],
  ])('%s -> %j', async (path, target, problem) => {
    const bad = await tampered({ manifest: ({ entries }) => void entries.push({ type: 'link', path, target }) })
    await expect(check(bad)).rejects.toMatchObject({ code: 'artifact.bundle', message: expect.stringContaining(problem) })
  })

  test('to what is named as needed, but is no program of an environment', async () => {
    const needs = [{ kind: 'interpreter', path: '/etc/passwd', usedBy: 'zz' }]
    const bad = await tampered(withLink('zz', '/etc/passwd', (manifest) => void (manifest['needs'] = needs)))
    await expect(check(bad)).rejects.toMatchObject({ code: 'artifact.bundle' })
  })

  test('to a tool by a way out of the tools', async () => {
    const bad = await tampered(
      withLink('zz', '/srv/hop3/tools/x/../../../../etc', (manifest) => {
        manifest.origin['tools'] = Array.from({ length: 4 }, () => '/srv/hop3/tools')
        manifest['needs'] = [{ kind: 'tool', name: 'x', usedBy: 'zz' }]
      }),
    )
    await expect(check(bad)).rejects.toMatchObject({ code: 'artifact.bundle' })
  })

  test('a program that is no Python is not started to ask for its version', async () => {
    const needs = [{ kind: 'interpreter', path: '/usr/sbin/reboot', python: '3.11.2', usedBy: 'source/bin/zz' }]
    const bad = await tampered({ manifest: (manifest) => void (manifest['needs'] = needs) })
    await expect(check(bad)).rejects.toMatchObject({ message: expect.stringContaining('is not the path of a Python') })
  })
})

describe('what is there and not listed, or listed and not there', () => {
  const cases: readonly (readonly [string, Change, string])[] = [
    ['one more file', { parts: (parts) => void parts.push(filePart('source/more', 'x')) }, 'that its manifest does not list'],
    ['one file less', { parts: (parts) => void parts.pop() }, 'it ends before "source/index.html"'],
    ['another order', { parts: (parts) => void parts.push(...parts.splice(0, 1)) }, 'does not begin with hop3-bundle.json'],
    ['two files in each other’s place', { parts: (parts) => void parts.push(...parts.splice(2, 1)) }, 'where its manifest lists'],
    ['the manifest twice', { parts: (parts) => void parts.splice(1, 0, ...parts.slice(0, 1)) }, 'where its manifest lists'],
    [
      'a device in place of a file',
      { parts: (parts) => void Object.assign(parts.at(-1)?.header ?? {}, { type: 'character-device', devmajor: 1, devminor: 3 }) },
      'is a character-device, and a file in its manifest',
    ],
    [
      'a hard link in place of a file',
      { parts: (parts) => void Object.assign(parts.at(-1)?.header ?? {}, { type: 'link', linkname: '/etc/shadow' }) },
      'is a link, and a file in its manifest',
    ],
    [
      'another target',
      { parts: (parts) => void Object.assign(parts[4]?.header ?? {}, { linkname: '/etc' }) },
      'leads to "/etc", and to "../a.txt" in its manifest',
    ],
    ['more bytes', { parts: (parts) => void Object.assign(parts.at(-1) ?? {}, { body: Buffer.alloc(999) }) }, 'has 999 bytes, and 14'],
  ]
  test.each(cases)('%s', async (_name, change, problem) => {
    await expect(check(await tampered(change))).rejects.toMatchObject({
      code: 'artifact.bundle',
      message: expect.stringContaining(problem),
    })
  })
})

describe('manifests', () => {
  const cases: readonly (readonly [string, Change, string, string])[] = [
    [
      'no JSON',
      { parts: (parts) => void Object.assign(parts[0] ?? {}, { body: Buffer.from('{') }) },
      'artifact.bundle',
      'is not a JSON object',
    ],
    ['a newer format', { manifest: (manifest) => void (manifest['format'] = 2) }, 'artifact.bundle-format', 'reads format 1'],
    ['no format', { manifest: (manifest) => void delete manifest['format'] }, 'artifact.bundle', 'format:'],
    ['an unknown key', { manifest: (manifest) => void (manifest['run'] = 'sh') }, 'artifact.bundle', 'run'],
    [
      'a setuid file',
      { manifest: ({ entries }) => void Object.assign(entries[1] ?? {}, { mode: 0o4755 }) },
      'artifact.bundle',
      'entries.1.mode',
    ],
    [
      'a negative size',
      { manifest: ({ entries }) => void Object.assign(entries[1] ?? {}, { size: -1 }) },
      'artifact.bundle',
      'entries.1.size',
    ],
    [
      'a device',
      { manifest: ({ entries }) => void Object.assign(entries[1] ?? {}, { type: 'device' }) },
      'artifact.bundle',
      'entries.1.type',
    ],
    [
      'ten gigabytes',
      { manifest: ({ entries }) => void Object.assign(entries[1] ?? {}, { size: 10_000_000_000 }) },
      'artifact.bundle',
      'its manifest lists 10000000014 bytes of files, and the whole bundle has',
    ],
    ['a broken artifact', { manifest: ({ artifact }) => void (artifact['runtime'] = []) }, 'artifact.damaged', 'runtime'],
    [
      'a root so short that all would be exchanged',
      { manifest: ({ origin }) => void (origin['release'] = ['/', '/', '/', '/']) },
      'artifact.bundle',
      'origin.release',
    ],
    [
      'another system',
      { manifest: (manifest) => void (manifest['platform'] = { ...hostPlatform(), os: 'plan9' }) },
      'artifact.foreign',
      'plan9',
    ],
    [
      'another processor',
      { manifest: (manifest) => void (manifest['platform'] = { ...hostPlatform(), arch: 's390x' }) },
      'artifact.foreign',
      's390x',
    ],
    [
      'another C library',
      { manifest: (manifest) => void (manifest['platform'] = { ...hostPlatform(), libc: 'uclibc' }) },
      'artifact.foreign',
      'uclibc',
    ],
  ]
  test.each(cases)('with %s', async (_name, change, code, problem) => {
    await expect(check(await tampered(change))).rejects.toMatchObject({ code, message: expect.stringContaining(problem) })
  })
})
