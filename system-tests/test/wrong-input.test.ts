import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { brokenPlugins } from '../src/broken-plugins.ts'
import { createCommandLine, type CommandLine } from '../src/command-line.ts'
import { damagedHomes } from '../src/damaged-homes.ts'
import { fillDisk, fullDisks, mountSmallDisk } from '../src/full-disk.ts'
import { siteBuilder, writePluginRoot } from '../src/plugin-root.ts'
import { deployOldApp, expectRefusal, prepareStage, type Stage } from '../src/refusal.ts'
import { oldApp } from '../src/wrong-input.ts'
import { wrongNodeApps } from '../src/wrong-node-apps.ts'
import { unreadableSources, wrongBuilds, wrongConfigurations } from '../src/wrong-sources.ts'
import { wrongStarts } from '../src/wrong-starts.ts'

let machine: CommandLine
let stage: Stage

beforeAll(async () => {
  machine = await createCommandLine()
  stage = await prepareStage(machine)
}, 300_000)

afterAll(() => machine.dispose(), 120_000)

describe.each([
  ['configuration', wrongConfigurations],
  ['build', wrongBuilds],
  ['Node app', wrongNodeApps],
  ['start', wrongStarts],
  ['plugin', brokenPlugins],
  ['home', damagedHomes],
])('%s', (_area, rows) => {
  it.each(rows)('$name gets one error and changes nothing', { timeout: 300_000 }, (row) => expectRefusal(stage, row))
})

it('leaves everything so that the version that serves can be deployed again', { timeout: 300_000 }, async () => {
  const { port } = stage
  expect((await deployOldApp(stage)).result).toMatchObject({ app: oldApp.name, changed: false, port })
  const { result } = await machine.hop3(['ps', '--json'])
  expect(result['workers']).toEqual([expect.objectContaining({ app: oldApp.name, worker: 'web', ordinal: 1, state: 'running' })])
})

describe('a disk of its own', () => {
  it('that is full gets one error and changes nothing', { timeout: 600_000 }, async (context) => {
    const disk = await mountSmallDisk()
    if (disk === undefined) {
      context.skip('only root can mount a small disk')
      return
    }
    const sources = await mkdtemp(join(tmpdir(), 'hop3-sources-'))
    try {
      const small = await createCommandLine({ parent: disk.path })
      try {
        const onSmallDisk = await prepareStage(small, sources)
        for (const row of fullDisks) await expectRefusal(onSmallDisk, row)
        expect((await deployOldApp(onSmallDisk)).result).toMatchObject({ changed: false })
        const empty = await fillDisk(small, 0)
        expect(await small.hop3(['stop', oldApp.name, '--json'])).toMatchObject({ exitCode: 0, result: { stopped: true } })
        expect((await small.hop3(['ps', '--json'])).result).toMatchObject({ workers: [] })
        expect(await small.hop3(['destroy', oldApp.name, '--yes', '--json'])).toMatchObject({ exitCode: 0, result: { destroyed: true } })
        await empty()
      } finally {
        await small.dispose()
      }
    } finally {
      await rm(sources, { recursive: true })
      await disk.unmount()
    }
  })
})

describe('an ordinary user', () => {
  it('with a file that cannot be read gets one error and changes nothing', { timeout: 300_000 }, async (context) => {
    const isRoot = process.getuid?.() === 0
    const nobody = 65_534
    const directory = await mkdtemp(join(tmpdir(), 'hop3-nobody-'))
    // Root reads every file, whatever its mode.
    const prefix = isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : []
    const ordinary = await createCommandLine({ parent: directory, options: { prefix, env: { HOME: directory, TMPDIR: directory } } })
    try {
      if (isRoot) for (const path of [directory, ordinary.directory]) await chown(path, nobody, nobody)
      if ((await ordinary.hop3(['--version'])).exitCode !== 0) {
        context.skip('the clone cannot be read by other users')
        return
      }
      const ofOrdinary = await prepareStage(ordinary)
      for (const row of unreadableSources) await expectRefusal(ofOrdinary, row)
    } finally {
      await ordinary.dispose()
      await rm(directory, { recursive: true })
    }
  })
})

describe('a port taken', () => {
  it('is an error that names who has it, and a deploy once it is free goes through', { timeout: 300_000 }, async () => {
    const taker = createServer()
    await new Promise<void>((resolve) => taker.listen(0, '127.0.0.1', resolve))
    const address = taker.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const env = { HOP3_LISTEN: `127.0.0.1:${address.port}` }
    const fresh = await createCommandLine({ options: { env } })
    try {
      const source = join(fresh.directory, oldApp.name)
      await writeAll(source, oldApp.files)
      const refused = await fresh.hop3(['deploy', source, '--json'])
      expect(refused).toMatchObject({ exitCode: 50, stderr: '', result: { code: 'deploy.proxy.port-taken' } })
      expect(refused.result['message']).toMatch(`127.0.0.1:${address.port}`)
      expect(refused.result['message']).toMatch(`(pid ${process.pid})`)
      expect(refused.result['hint']).toMatch(`HOP3_LISTEN=127.0.0.1:${address.port + 1}`)
      expect((await fresh.hop3(['releases', oldApp.name, '--json'])).result).toMatchObject({ releases: [] })
      expect((await fresh.hop3(['ps', '--json'])).result).toMatchObject({ workers: [] })
      await new Promise((resolve) => taker.close(resolve))
      await expect(prepareStage(fresh)).resolves.toMatchObject({ port: expect.any(Number) })
    } finally {
      taker.close()
      await fresh.dispose()
    }
  })
})

describe('plugins beside the official ones', () => {
  it(
    'that accept an app equally are announced with the line that settles it; one that throws is left out',
    { timeout: 300_000 },
    async () => {
      const root = await writePluginRoot(join(machine.directory, 'two-plugins'), {
        'hop3-first': siteBuilder('first'),
        'hop3-second': siteBuilder('second'),
        'hop3-broken': "throw new Error('no license file')",
      })
      const source = join(machine.directory, 'tied')
      await writeAll(source, { 'site.txt': 'from a plugin' })
      const { exitCode, events, result } = await machine.hop3(['deploy', source, '--plugin-root', root, '--json'])
      expect({ exitCode, result }).toMatchObject({ exitCode: 0, result: { app: 'tied', changed: true } })
      const warnings = events.filter(({ level }) => level === 'warn').map(({ text }) => text)
      expect(warnings).toEqual([
        'The plugin hop3-broken is left out (import): no license file',
        expect.stringMatching(/first and second accept equally; using first\..*\[build\] strategy = "first"/),
      ])
      const answer = await fetch(`http://127.0.0.1:${Number(result['port'])}/`)
      expect(await answer.text()).toBe('from a plugin')
      const listed = await machine.hop3(['plugins', '--plugin-root', root])
      expect(listed.stdout).toMatch(/hop3-broken[\s\S]*no license file/)
      expect((await machine.hop3(['destroy', 'tied', '--yes'])).exitCode).toBe(0)
    },
  )
})

it('a home on a path too long for sockets keeps them elsewhere', { timeout: 300_000 }, async () => {
  const parent = await mkdtemp(join(tmpdir(), 'hop3-long-'))
  await mkdir(join(parent, 'long'.repeat(30)))
  const deep = await createCommandLine({ parent: join(parent, 'long'.repeat(30)) })
  try {
    const { port } = await prepareStage(deep)
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe(oldApp.answer)
  } finally {
    await deep.dispose()
    await rm(parent, { recursive: true })
  }
})
