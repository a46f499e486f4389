/** Built here, running there: two homes, as two hosts would have them, and nothing between them but a file. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { versionedApps, writeAll } from '../src/apps.ts'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'

const timeout = 300_000

let here: CommandLine
let there: CommandLine
beforeEach(async () => {
  here = await createCommandLine()
  there = await createCommandLine()
})
afterEach(async () => {
  await here.dispose()
  await there.dispose()
}, 120_000)

async function bundleOf(source: string, app: string): Promise<string> {
  const file = join(there.directory, `${app}.hop3`)
  expect(await here.hop3(['build', source, '--app', app])).toMatchObject({ exitCode: 0 })
  expect(await here.hop3(['export', app, '-o', file])).toMatchObject({ exitCode: 0 })
  return file
}

async function answer(port: unknown): Promise<string> {
  return (await fetch(`http://127.0.0.1:${Number(port)}/`)).text()
}

/** Whatever the other host runs, it is what came with the bundle. */
async function forget(machine: CommandLine): Promise<void> {
  await rm(join(machine.home, 'apps'), { recursive: true, force: true })
  await rm(join(machine.home, 'cache'), { recursive: true, force: true })
}

describe.each(versionedApps)('$name', (app) => {
  it('runs there after the host it was built on has gone', { timeout }, async () => {
    const source = join(here.directory, 'source')
    await app.write(source, 'one')
    const file = await bundleOf(source, app.name)
    await forget(here)
    await rm(source, { recursive: true })
    const first = await there.hop3(['import', file, '--deploy', '--json'])
    expect(first).toMatchObject({ exitCode: 0, result: { app: app.name, changed: true } })
    expect(await answer(first.result['port'])).toBe('one')
  })
})

it('a virtualenv with its programs, under another name, beside itself, and back', { timeout }, async () => {
  const source = join(here.directory, 'source')
  await writeAll(source, {
    'requirements.txt': 'gunicorn\n',
    'app.py': `import os\ndef app(environ, start_response):
    start_response("200 OK", [])
    return [f"{os.environ['WORD']} {__file__}".encode()]
`,
    Procfile: 'web: gunicorn app:app --bind 127.0.0.1:$PORT\nrelease: echo once >> $HOP3_DATA/released\n',
  })
  expect(await here.hop3(['build', source, '--app', 'blog'])).toMatchObject({ exitCode: 0 })
  expect(await here.hop3(['env', 'set', 'blog', 'WORD=secret-of-here'])).toMatchObject({ exitCode: 0 })
  await writeFile(join(here.home, 'apps/blog/shared/data'), 'data-of-here')
  const file = join(there.directory, 'a bundle')
  const exported = await here.hop3(['export', 'blog', '-o', file, '--json'])
  expect(exported).toMatchObject({ exitCode: 0, result: { app: 'blog', needs: [{ kind: 'interpreter' }] } })
  const content = await readFile(file, 'latin1')
  expect(content).not.toContain('secret-of-here')
  expect(content).not.toContain('data-of-here')

  const imported = await there.hop3(['import', file, '--app', 'staging', '--sha256', String(exported.result['sha256']), '--json'])
  expect(imported).toMatchObject({ exitCode: 0, result: { app: 'staging', from: exported.result['release'] } })
  expect(await there.hop3(['ps', 'staging', '--json'])).toMatchObject({ exitCode: 0 })
  expect(await there.hop3(['env', 'set', 'staging', 'WORD=there'])).toMatchObject({ exitCode: 0 })
  const run = await there.hop3(['run', 'staging', '--artifact', String(imported.result['artifact']), '--json'])
  expect(run).toMatchObject({ exitCode: 0, result: { release: imported.result['release'] } })
  const shown = await answer(run.result['port'])
  expect(shown).toBe(`there ${there.home}/apps/staging/releases/${String(imported.result['release'])}/source/app.py`)
  expect(await readFile(join(there.home, 'apps/staging/shared/released'), 'utf8')).toBe('once\n')

  const again = await there.hop3(['import', file, '--app', 'staging', '--deploy', '--json'])
  expect(again).toMatchObject({ exitCode: 0, result: { changed: true } })
  expect(again.result['release']).not.toBe(run.result['release'])
  expect(await there.hop3(['rollback', 'staging', '--json'])).toMatchObject({ exitCode: 0, result: { release: run.result['release'] } })
  expect(await answer(again.result['port'])).toBe(shown)

  // From there it goes on to a third place, as well as from here.
  const onward = join(here.directory, 'onward.hop3')
  expect(await there.hop3(['export', 'staging', '-o', onward])).toMatchObject({ exitCode: 0 })
  const unseen = await here.hop3(['import', onward])
  expect(unseen).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Put it live with: hop3 run staging') })
  expect(await here.hop3(['env', 'set', 'staging', 'WORD=home'])).toMatchObject({ exitCode: 0 })
  const back = await here.hop3(['import', onward, '--deploy', '--json'])
  expect(back).toMatchObject({ exitCode: 0, result: { changed: true } })
  expect(await answer(back.result['port'])).toMatch(`home ${here.home}/apps/staging/`)
})

it('an artifact by its path, from a directory of no release', { timeout }, async () => {
  const source = join(here.directory, 'source')
  await writeAll(source, { 'index.html': 'by path' })
  const artifact = join(here.directory, 'artifact.json')
  expect(await here.hop3(['build', source, '--app', 'site', '--output', artifact])).toMatchObject({ exitCode: 0 })
  expect(await here.hop3(['export', artifact, '-o', join(there.directory, 'x.hop3')])).toMatchObject({ exitCode: 0 })
  const { result } = await there.hop3(['import', join(there.directory, 'x.hop3'), '--deploy', '--json'])
  expect(await answer(result['port'])).toBe('by path')
})

it('what is refused leaves nothing, and a killed import is undone by the next command', { timeout }, async () => {
  const source = join(here.directory, 'source')
  await writeAll(source, { 'index.html': 'whole', 'large.bin': 'x'.repeat(30_000_000) })
  const file = await bundleOf(source, 'site')
  const cut = join(there.directory, 'cut.hop3')
  await writeFile(cut, (await readFile(file)).subarray(0, 20_000_000))
  const refused: readonly (readonly [words: readonly string[], exitCode: number, code: string])[] = [
    [[cut], 50, 'artifact.bundle'],
    [[join(there.directory, 'missing')], 2, 'usage.no-bundle'],
    [[file, '--sha256', '0'.repeat(64)], 50, 'artifact.bundle-digest'],
    [[file, '--sha256', 'zero'], 2, 'usage.bad-value'],
    [[file, '--app', 'No'], 10, 'config.app-name'],
    [[], 2, 'usage.missing-operand'],
  ]
  for (const [words, exitCode, code] of refused)
    expect(await there.hop3(['import', ...words, '--json'])).toMatchObject({ exitCode, result: { code } })
  expect(await readdir(there.home).catch(() => [])).toEqual([])

  const killed = there.start(['import', file])
  const releases = join(there.home, 'apps/site/releases')
  while ((await readdir(releases).catch(() => [])).length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  process.kill(killed.pid ?? 0, 'SIGKILL')
  await killed.finished
  const { result } = await there.hop3(['import', file, '--deploy', '--json'])
  expect(await answer(result['port'])).toBe('whole')
  expect(await readdir(releases)).toEqual([result['release']])
})
