/** What a release runs with that lies outside of it. */
import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ArtifactStore } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { tempDirectory } from '../temp-home.ts'
import { check, stage, unpackHere } from './bundle-stage.ts'

/** A program that answers as a Python of this version does. */
async function fakePython(path: string, version: string): Promise<string> {
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, `#!/bin/sh\necho ${version}\necho ${path}\n`)
  await chmod(path, 0o755)
  return path
}

const environment = (python: string, version: string): Record<string, string> => ({
  'source/.venv/bin/python': `-> ${python}`,
  'source/.venv/bin/python3': '-> python',
  'source/.venv/pyvenv.cfg': `home = ${join(python, '..')}\nversion = ${version}\nexecutable = ${python}\ncommand = ${python} -m venv {root}/source/.venv\n`,
})

describe('the Python of an environment', () => {
  test('is named with its version, and taken where it was', async () => {
    const python = await fakePython(join(await tempDirectory(), 'bin/python3.11'), '3.11')
    const { file, needs } = await (await stage(environment(python, '3.11.7'))).export()
    expect(needs).toEqual([{ kind: 'interpreter', path: python, usedBy: 'source/.venv/bin/python', python: '3.11.7' }])
    const to = await unpackHere(file)
    expect(await readlink(join(to.root, 'source/.venv/bin/python'))).toBe(python)
    expect(await readFile(join(to.root, 'source/.venv/pyvenv.cfg'), 'utf8')).toContain(`-m venv ${to.root}/source/.venv`)
  })

  test('of another minor version is refused', async () => {
    const python = await fakePython(join(await tempDirectory(), 'bin/python3'), '3.12')
    const { file } = await (await stage(environment(python, '3.11.7'))).export()
    await expect(unpackHere(file)).rejects.toMatchObject({
      code: 'artifact.bundle-needs',
      message: expect.stringContaining(`Python 3.11 (there ${python}, version 3.11.7), which "source/.venv/bin/python" leads to`),
      hint: expect.stringContaining('apt-get install python3.11'),
    })
  })

  test('is found below another home directory, and on PATH', async () => {
    const [user, path] = [await tempDirectory(), await tempDirectory()]
    const { file } = await (await stage(environment('/home/someone/.pyenv/3.11/bin/python3', '3.11.7'))).export()
    await expect(unpackHere(file)).rejects.toMatchObject({ code: 'artifact.bundle-needs' })

    const onPath = await fakePython(join(path, 'python3.11'), '3.11')
    const second = await unpackHere(file, { env: { HOME: user, PATH: path } })
    expect(await readlink(join(second.root, 'source/.venv/bin/python'))).toBe(onPath)
    expect(await readFile(join(second.root, 'source/.venv/pyvenv.cfg'), 'utf8')).toMatch(`home = ${path}\n`)

    const below = await fakePython(join(user, '.pyenv/3.11/bin/python3'), '3.11')
    const third = await unpackHere(file, { env: { HOME: user, PATH: path } })
    expect(await readlink(join(third.root, 'source/.venv/bin/python'))).toBe(below)
    expect(await readFile(join(third.root, 'source/.venv/pyvenv.cfg'), 'utf8')).toMatch(
      `home = ${join(below, '..')}\nversion = 3.11.7\nexecutable = ${below}\n`,
    )
  })

  test('a real one runs in the environment it is moved to', async () => {
    const directory = await tempDirectory()
    const from = await stage({})
    execFileSync('python3', ['-m', 'venv', '--without-pip', join(from.root, 'source/.venv')], { cwd: directory })
    const { file } = await from.export()
    const to = await unpackHere(file, { homeName: 'a-home-of-another-length' })
    const prefix = execFileSync(join(to.root, 'source/.venv/bin/python3'), ['-c', 'import sys; print(sys.prefix)'], { encoding: 'utf8' })
    expect(prefix.trim()).toBe(join(to.root, 'source/.venv'))
  })
})

describe('tools of the home', () => {
  test('have to be there, and links and PATH lead to those of this home', async () => {
    const from = await stage({ 'source/bin/node': '-> {home}/tools/node-22.12.0-x64/bin/node' })
    const artifact = {
      ...from.artifact,
      runtime: { ...from.artifact.runtime, pathPrepend: [`${from.root}/source/bin`, `${from.home}/tools/deno-2.1.0-x64/bin`] },
    }
    const { file, needs } = await from.export({ artifact })
    expect(needs).toEqual([
      { kind: 'tool', name: 'node-22.12.0-x64', usedBy: 'source/bin/node' },
      { kind: 'tool', name: 'deno-2.1.0-x64', usedBy: 'PATH' },
    ])
    await expect(unpackHere(file)).rejects.toMatchObject({
      code: 'artifact.bundle-needs',
      message: expect.stringMatching(/the tool node-22\.12\.0-x64 .*; the tool deno-2\.1\.0-x64 \(used by "PATH"\)/),
    })
    // It is looked at before anything is unpacked, wherever the file says the tools were.
    expect((await check(file)).manifest.needs).toEqual(needs)
  })

  test('are those of the home it comes to', async () => {
    const from = await stage({ 'source/bin/node': '-> {home}/tools/node-22/bin/node' })
    const { file } = await from.export()
    const home = join(await tempDirectory(), 'home')
    await mkdir(join(home, 'tools/node-22'), { recursive: true })
    const to = await unpackHere(file, { home })
    expect(await readlink(join(to.root, 'source/bin/node'))).toBe(join(home, 'tools/node-22/bin/node'))
  })
})

test('a directory on PATH of a version manager', async () => {
  const user = await tempDirectory()
  const from = await stage()
  const artifact = { ...from.artifact, runtime: { ...from.artifact.runtime, pathPrepend: ['/home/someone/.mise/java/bin'] } }
  const { file } = await from.export({ artifact })
  await expect(unpackHere(file)).rejects.toMatchObject({
    message: expect.stringContaining('the directory "/home/someone/.mise/java/bin" (on PATH)'),
  })
  await mkdir(join(user, '.mise/java/bin'), { recursive: true })
  const to = await unpackHere(file, { env: { HOME: user } })
  expect(to.artifact.runtime.pathPrepend).toEqual([join(user, '.mise/java/bin')])
})

test('directories on PATH inside an image are not looked for on a host', async () => {
  const store: ArtifactStore = {
    save: async function* save() {
      yield Buffer.from('an image')
    },
    load: async (artifact, bytes) => {
      for await (const _piece of bytes);
      return artifact
    },
  }
  const from = await stage()
  const runtime = { ...from.artifact.runtime, pathPrepend: ['/app/.venv/bin'] }
  const artifact = { ...from.artifact, kind: 'docker-image', location: 'hop3/blog:1f3a9c2e', runtime }
  const { file, needs } = await from.export({ artifact, store, releasePath: from.root })
  expect(needs).toEqual([])
  expect((await unpackHere(file, { store })).artifact.runtime.pathPrepend).toEqual(['/app/.venv/bin'])
})
