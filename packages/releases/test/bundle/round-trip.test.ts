/** What comes out is what went in, but for paths, which are those of the home it comes to. */
import { execFile, execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { chmod, mkdir, readFile, readlink, stat, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { writeBundle } from '../../src/bundle/write-bundle.ts'
import { tempDirectory } from '../temp-home.ts'
import { check, signal, stage, treeOf, unpackHere } from './bundle-stage.ts'

const needsCompiler = (): boolean => {
  try {
    execFileSync('cc', ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    return process.env['HOP3_REQUIRE'] !== 'all'
  }
}

test('files, directories, links, modes, times and odd names', async () => {
  const long = `source/${'d'.repeat(120)}/${'é'.repeat(100)}`
  const from = await stage({
    'plan.json': '{}',
    'source/empty': '',
    'source/line\nbreak "quote"': 'x',
    'source/bytes': Buffer.from([0, 255, 10, 13]),
    'source/big': Buffer.alloc(3_000_001, 'big'),
    'source/up': '-> ../plan.json',
    'source/absolute': '-> {root}/source/empty',
    'source/nowhere': '-> missing',
    'source/bin/run': '#!/bin/sh\n',
    [long]: 'deep',
  })
  await mkdir(join(from.root, 'source/read-only'))
  await writeFile(join(from.root, 'source/read-only/file'), 'kept', { mode: 0o444 })
  await utimes(join(from.root, 'source/big'), 1_700_000_000, 1_700_000_000)
  await chmod(join(from.root, 'source/read-only'), 0o555)
  const { file } = await from.export()
  const to = await unpackHere(file)
  const { 'BUILD_ARTIFACT.json': _written, ...tree } = await treeOf(from.root)
  expect(await treeOf(to.root)).toEqual({ ...tree, 'source/absolute': '-> empty' })
  expect((await stat(join(to.root, 'source/bin/run'))).mode & 0o777).toBe(0o755)
  expect((await stat(join(to.root, 'source/read-only'))).mode & 0o777).toBe(0o555)
  expect((await stat(join(to.root, 'source/big'))).mtimeMs).toBe(1_700_000_000_000)
  for (const root of [from.root, to.root]) await chmod(join(root, 'source/read-only'), 0o755)
})

test('the same release gives the same bytes, and tar can read them', async () => {
  const from = await stage({ 'source/bin/tool': 'x' })
  const first = await from.export()
  const second = await from.export({ output: join(from.directory, 'second.hop3') })
  expect(second).toMatchObject({ sha256: first.sha256, bytes: first.bytes })
  expect(hash('sha256', await readFile(first.file), 'hex')).toBe(first.sha256)
  expect(execFileSync('tar', ['tf', first.file], { encoding: 'utf8' }).split('\n')).toEqual([
    'hop3-bundle.json',
    'files/source/',
    'files/source/bin/',
    'files/source/bin/tool',
    'files/source/index.html',
    '',
  ])
  expect((await stat(first.file)).mode & 0o777).toBe(0o600)
})

test('the artifact is that of the home it comes to', async () => {
  const from = await stage()
  const artifact = {
    ...from.artifact,
    runtime: { ...from.artifact.runtime, staticPaths: { '/s/': `${from.root}/source/s/` }, envVars: { AT: `x:${from.home}/tools/y` } },
  }
  const to = await unpackHere((await from.export({ artifact })).file, { homeName: 'a-home-of-another-length' })
  expect(to.artifact).toMatchObject({
    location: join(to.root, 'source'),
    runtime: {
      workingDir: join(to.root, 'source'),
      workers: { static: join(to.root, 'source') },
      staticPaths: { '/s/': join(to.root, 'source/s/') },
      envVars: { AT: `x:${to.home}/tools/y` },
    },
    metadata: { imported_from: 'r000001-1f3a9c2e' },
  })
})

test('an artifact that lies in no release becomes the source of one', async () => {
  const from = await stage()
  const site = join(await tempDirectory(), 'site')
  await mkdir(site)
  await writeFile(join(site, 'page.html'), `at ${site}`)
  const artifact = { ...from.artifact, location: site, runtime: { ...from.artifact.runtime, workingDir: site, workers: { static: site } } }
  const to = await unpackHere((await from.export({ artifact })).file)
  expect(await treeOf(to.root)).toEqual({ 'source/': '', 'source/page.html': `at ${to.root}/source` })
  expect(to.artifact).toMatchObject({ location: join(to.root, 'source'), runtime: { workers: { static: join(to.root, 'source') } } })
})

describe('paths in files', () => {
  const files = {
    'source/bin/script': '#!{root}/source/bin/python\n# {root} twice: {root}',
    'source/tool': 'home = {home}/tools/node-22/bin',
    'source/url': 'file://{root}/x',
    'source/binary': Buffer.concat([Buffer.from([0]), Buffer.from('{root}')]),
    'source/counted.php': 'a:1:{s:99:"{root}/x";}',
  }

  async function withPaths(homeName?: string) {
    const from = await stage(files, homeName)
    await writeFile(join(from.root, 'source/binary'), Buffer.concat([Buffer.from([0]), Buffer.from(`${from.root}/x`)]))
    await writeFile(join(from.root, 'source/split'), Buffer.concat([Buffer.alloc(1024 * 1024 - 20, 'a'), Buffer.from(`${from.root}/x`)]))
    return from
  }

  test('of another length: texts are changed, the others named', async () => {
    const from = await withPaths()
    const to = await unpackHere((await from.export()).file, { homeName: 'a-home-of-another-length' })
    const text = async (path: string): Promise<string> => readFile(join(to.root, path), 'utf8')
    expect(await text('source/bin/script')).toBe(`#!${to.root}/source/bin/python\n# ${to.root} twice: ${to.root}`)
    expect(await text('source/tool')).toBe(`home = ${to.home}/tools/node-22/bin`)
    expect(await text('source/url')).toBe(`file://${to.root}/x`)
    expect((await text('source/split')).slice(1024 * 1024 - 20)).toBe(`${to.root}/x`)
    expect(await text('source/binary')).toBe(`\0${from.root}/x`)
    expect(to.unchanged).toEqual(['source/binary', 'source/counted.php'])
  })

  test('of the same length: all are changed', async () => {
    const from = await withPaths('here')
    const to = await unpackHere((await from.export()).file, { homeName: 'away' })
    expect(to.root).toHaveLength(from.root.length)
    expect(await readFile(join(to.root, 'source/binary'), 'utf8')).toBe(`\0${to.root}/x`)
    expect(await readFile(join(to.root, 'source/counted.php'), 'utf8')).toBe(`a:1:{s:99:"${to.root}/x";}`)
    expect(to.unchanged).toEqual([])
  })

  test.each([
    ['is too long', 'x'.repeat(240)],
    ['has a blank', 'my home'],
  ])('a script whose first line %s', async (_name, homeName) => {
    const { file } = await (await stage({ 'source/bin/script': '#!{root}/python\n' })).export()
    await expect(unpackHere(file, { homeName })).rejects.toMatchObject({
      code: 'artifact.bundle-path',
      message: expect.stringContaining('"source/bin/script"'),
    })
  })

  test.skipIf(needsCompiler())('a program that looks for libraries in its release', async () => {
    const from = await stage()
    const program = join(from.root, 'source/program')
    await writeFile(join(from.directory, 'main.c'), 'int main(void) { return 0; }')
    await promisify(execFile)('cc', [join(from.directory, 'main.c'), '-o', program, `-Wl,-rpath,${from.root}/source/lib`])
    const { file } = await from.export()
    await expect(unpackHere(file)).rejects.toMatchObject({
      code: 'artifact.bundle-path',
      message: expect.stringContaining('"source/program"'),
    })
    const same = await unpackHere(file, { homeName: 'away' })
    expect(await readFile(join(same.root, 'source/program'), 'latin1')).toContain(`${same.root}/source/lib`)
    execFileSync(join(same.root, 'source/program'))
  })
})

describe('what cannot be exported', () => {
  test.each([
    ['a link out of it', { 'source/zz': '-> /etc/passwd' }, '"/etc/passwd", outside of the release'],
    ['a link out of it by ups', { 'source/zz': '-> ../../../../x' }, 'outside of the release'],
  ])('%s', async (_name, files, problem) => {
    const from = await stage(files)
    await expect(from.export()).rejects.toMatchObject({ code: 'artifact.not-portable', message: expect.stringContaining(problem) })
    expect(await treeOf(from.directory)).not.toHaveProperty('app.hop3')
  })

  test('a name that is not UTF-8', async () => {
    const from = await stage()
    await writeFile(Buffer.concat([Buffer.from(`${from.root}/source/`), Buffer.from([0xff])]), '')
    await expect(from.export()).rejects.toMatchObject({ code: 'artifact.not-portable', message: expect.stringContaining('not UTF-8') })
  })

  test('a socket is left out, and said', async () => {
    const from = await stage()
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(join(from.root, 's'), resolve))
    const { file } = await from.export()
    server.close()
    expect((await check(file)).manifest.entries.map(({ path }) => path)).toEqual(['source', 'source/index.html'])
    expect(from.events.map((event) => ('text' in event ? event.text : ''))).toContainEqual('"s" is a socket, which is not exported.')
  })

  test.each([
    ['grows', 'line\nline\n'],
    ['shrinks', ''],
    ['is another', 'LINE\n'],
  ])('a file that %s after it was listed', async (_name, content) => {
    const from = await stage({ 'source/log': 'line\n' })
    const { manifest } = await check((await from.export()).file)
    await writeFile(join(from.root, 'source/log'), content)
    const output = join(from.directory, 'second.hop3')
    await expect(writeBundle({ manifest, fileOf: (path) => join(from.root, path), output, signal })).rejects.toMatchObject({
      code: 'artifact.changing',
      message: expect.stringContaining('"source/log"'),
    })
    expect(Object.keys(await treeOf(from.directory)).filter((path) => path.includes('second.hop3'))).toEqual([])
  })

  test('an interrupted export leaves nothing', async () => {
    const from = await stage({ 'source/big': Buffer.alloc(50_000_000) })
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 30)
    const { exportBundle } = await import('@hop3/releases/bundles')
    const { createLog, systemClock } = await import('@hop3/core')
    const log = createLog({ sink: () => {}, clock: systemClock })
    const { artifact, home } = from
    const output = join(from.directory, 'app.hop3')
    await expect(
      exportBundle({ artifact, appName: 'blog', home, user: undefined, output, log, signal: controller.signal }),
    ).rejects.toThrow(/abort/i)
    expect(Object.keys(await treeOf(from.directory)).filter((path) => path.includes('.hop3'))).toEqual([])
    expect(signal.aborted).toBe(false)
  })
})

test('links in a link’s way are resolved before they are written', async () => {
  const from = await stage({ 'source/one/two/file': 'x', 'source/short': '-> one/two', 'source/odd': '-> short/../two/file' })
  const to = await unpackHere((await from.export()).file)
  expect(await readlink(join(to.root, 'source/odd'))).toBe('one/two/file')
})
