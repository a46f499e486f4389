import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFixture, secretsOf, type Fixture } from './build-fixture.ts'

const plan = { phases: { install: { cmds: ['python3 -m venv .venv', 'made-up-tool'], dependsOn: [], secrets: ['TOKEN'] } } }

function hashFileOf(app: Fixture): string {
  const [only] = readdirSync(join(app.cachePath, 'sources'))
  return join(app.cachePath, 'sources', only ?? '')
}

describe('fingerprint', () => {
  it('equals that of the artifact, and starts no process', async () => {
    const app = createFixture({ 'a.py': 'a' })
    const harmless = { phases: { build: { cmds: ['git --version'], dependsOn: [] } } }
    const { metadata } = await app.build(harmless)
    const started = app.commands.length
    expect(await app.fingerprint(harmless)).toBe(metadata['fingerprint'])
    expect(app.commands).toHaveLength(started)
  })

  it('equals that of an artifact with links, modes, ignored files, a named secret, a cached phase and outputs in the source', async () => {
    const app = createFixture({ 'a.py': 'a', 'run.sh': '', 'big.bin': 'x'.repeat(100_000), 'x.log': '1', '.gitignore': '*.log\nout\n' })
    chmodSync(join(app.source, 'run.sh'), 0o755)
    symlinkSync('a.py', join(app.source, 'link'))
    mkdirSync(join(app.source, 'empty'))
    const writing = { phases: { build: { cmds: ['mkdir -p out', 'touch out/made'], outputs: ['out'], dependsOn: [], secrets: ['TOKEN'] } } }
    const context = { secret: secretsOf({ TOKEN: 'a value', OTHER: 'another' }) }
    for (const outcome of ['miss', 'hit']) {
      const { metadata } = await app.build(writing, context)
      expect(metadata['cache']).toMatchObject([{ outcome }])
      expect(metadata['fingerprint']).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(await app.fingerprint(writing, context)).toBe(metadata['fingerprint'])
    }
  })

  it('changes with everything the artifact is made from', async () => {
    const app = createFixture({ 'a.py': 'a', 'b.py': 'b' })
    const seen = new Set([await app.fingerprint(plan)])
    const expectNew = async (...args: Parameters<Fixture['fingerprint']>): Promise<void> => {
      const fingerprint = await app.fingerprint(...args)
      expect([...seen]).not.toContain(fingerprint)
      seen.add(fingerprint)
    }
    app.write({ 'a.py': 'c' })
    await expectNew(plan)
    chmodSync(join(app.source, 'a.py'), 0o755)
    await expectNew(plan)
    symlinkSync('a.py', join(app.source, 'link'))
    await expectNew(plan)
    rmSync(join(app.source, 'b.py'))
    await expectNew(plan)
    mkdirSync(join(app.source, 'empty'))
    await expectNew(plan)
    await expectNew({ ...plan, variables: { A: '1' } })
    await expectNew(plan, { secret: secretsOf({ TOKEN: 'first value' }) })
    await expectNew(plan, { secret: secretsOf({ TOKEN: 'second value' }) })
    mkdirSync(join(app.root, 'bin'))
    writeFileSync(join(app.root, 'bin/made-up-tool'), '#!/bin/sh\n', { mode: 0o755 })
    await expectNew(plan, { env: { PATH: `${join(app.root, 'bin')}:/usr/bin:/bin` } })
    writeFileSync(join(app.root, 'bin/made-up-tool'), '#!/bin/sh\n# new\n', { mode: 0o755 })
    await expectNew(plan, { env: { PATH: `${join(app.root, 'bin')}:/usr/bin:/bin` } })
    await expectNew({ phases: {} })
  })

  it('does not change with what is ignored, with times, or with secrets no phase names', async () => {
    const app = createFixture({ 'a.py': 'a', '.gitignore': '*.log\n' })
    const before = await app.fingerprint(plan)
    app.write({ 'x.log': 'noise', '.git/index': 'x', 'a.py': 'a' })
    utimesSync(join(app.source, 'a.py'), 1, 1)
    expect(await app.fingerprint(plan, { secret: secretsOf({ OTHER: 'unnamed' }) })).toBe(before)
  })

  it('reads nothing of an unchanged tree of 20 000 files', async () => {
    const app = createFixture()
    for (let directory = 0; directory < 200; directory++) {
      mkdirSync(join(app.source, `d${directory}`))
      for (let file = 0; file < 100; file++) writeFileSync(join(app.source, `d${directory}`, `f${file}`), `${directory} ${file}`)
    }
    // Files as young as these may change without their time changing, so they are not remembered at once.
    await new Promise((resolve) => setTimeout(resolve, 150))
    const first = await app.fingerprint(plan)
    expect(await app.fingerprint(plan)).toBe(first)
    // A wrong hash shows that what is kept is what is used.
    const kept = readFileSync(hashFileOf(app), 'utf8')
    writeFileSync(hashFileOf(app), kept.replace(/[0-9a-f]{64}/, '0'.repeat(64)))
    expect(await app.fingerprint(plan)).not.toBe(first)
    writeFileSync(hashFileOf(app), 'damaged')
    expect(await app.fingerprint(plan)).toBe(first)
  }, 30_000)
})
