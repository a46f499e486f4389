import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createSession, useOf } from '../src/session.ts'
import { readSource } from '../src/source.ts'
import { lockInputs } from '../src/templates/lock.ts'
import { lockedTree } from '../src/templates/locked-tree.ts'
import { lockTemplate } from '../src/tools.ts'
import { lacksNix, nixStage, type NixStage } from './nix-stage.ts'

const lock = async (stage: NixStage, accept = false): ReturnType<typeof lockTemplate> =>
  lockTemplate((await stage.builder()).context, accept)

/** A wheel is an archive of modules and what is known of them. */
function wheel(directory: string, name: string, text: string): void {
  const script = `
import zipfile, sys
name = sys.argv[1]
with zipfile.ZipFile(f'{name}-1.0-py3-none-any.whl', 'w') as z:
    def add(path, text): z.writestr(zipfile.ZipInfo(path), text)
    add(f'{name}.py', sys.argv[2])
    add(f'{name}-1.0.dist-info/METADATA', f'Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n')
    add(f'{name}-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    add(f'{name}-1.0.dist-info/RECORD', '')
`
  execFileSync('/usr/bin/python3', ['-c', script, name, text], { cwd: directory })
}

describe.skipIf(lacksNix())('a template with a lock file', { timeout: 300_000 }, () => {
  async function pythonStage(): Promise<NixStage> {
    const stage = await nixStage({
      'requirements.txt': './greeting-1.0-py3-none-any.whl\n',
      'main.py': 'import greeting\nprint(greeting.text)\n',
      Procfile: 'web: python main.py\n',
    })
    stage.write({ 'hop3.toml': `[nix]\ntemplate = "python-venv"\nnixpkgs = "${stage.pin()}"\n` })
    wheel(stage.source, 'greeting', 'text = "from a wheel"\n')
    return stage
  }

  it('is not built before the hash is known, and then from what has it', async () => {
    const stage = await pythonStage()
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.nix-lock', hint: expect.stringContaining('hop3 nix lock') })
    expect(await lock(stage)).toMatchObject({ before: null, after: expect.stringMatching(/^sha256-/), changed: true })
    expect(await lock(stage)).toMatchObject({ changed: false })
    const { runtime, metadata } = await stage.build()
    expect(metadata).toMatchObject({ template: 'python-venv', tier: 2 })
    const path = [...runtime.pathPrepend, '/usr/bin:/bin'].join(':')
    const printed = execFileSync('/bin/sh', ['-c', runtime.workers['web'] ?? ''], {
      cwd: runtime.workingDir,
      env: { PATH: path },
      encoding: 'utf8',
    })
    expect(printed).toBe('from a wheel\n')
    expect(existsSync(join(runtime.workingDir, 'hop3.lock.json'))).toBe(false)
  })

  it('is locked anew where it asks for something else, and not where something else came for the same', async () => {
    const stage = await pythonStage()
    const index = join(stage.host.directory, 'index')
    mkdirSync(index)
    wheel(index, 'greeting', 'text = "from an index"\n')
    stage.write({ 'requirements.txt': `--no-index\n--find-links ${index}\ngreeting==1.0\n` })
    const { after } = await lock(stage)
    wheel(index, 'greeting', 'text = "somebody else\'s"\n')
    await expect(lock(stage)).rejects.toMatchObject({ code: 'build.nix-lock', details: { before: after } })
    expect(readFileSync(join(stage.source, 'hop3.lock.json'), 'utf8')).toContain(after ?? '')
    expect(await lock(stage, true)).toMatchObject({ before: after, changed: true })
    wheel(stage.source, 'more', 'x = 1\n')
    stage.write({ 'requirements.txt': './greeting-1.0-py3-none-any.whl\n./more-1.0-py3-none-any.whl\n' })
    await expect(stage.build()).rejects.toMatchObject({
      code: 'build.nix-lock',
      message: expect.stringContaining('requirements.txt, or something named there, is another since'),
    })
    expect(await lock(stage)).toMatchObject({ changed: true })
    await stage.build()
  })

  it.skipIf(!existsSync('/usr/local/go/bin/go') && process.env['HOP3_REQUIRE'] !== 'all')('builds a Go program', async () => {
    const stage = await nixStage({
      'go.mod':
        'module example.org/hello\n\ngo 1.21\n\nrequire example.org/greeting v0.0.0\n\nreplace example.org/greeting => ./greeting\n',
      // No package of the standard library: compiling one takes longer than all the rest.
      'main.go': 'package main\n\nimport "example.org/greeting"\n\nfunc main() { println(greeting.Text) }\n',
      'greeting/go.mod': 'module example.org/greeting\n\ngo 1.21\n',
      'greeting/greeting.go': 'package greeting\n\nconst Text = "from a module"\n',
      Procfile: 'web: hello\n',
    })
    stage.write({ 'hop3.toml': `[nix]\ntemplate = "go-source"\nnixpkgs = "${stage.pin()}"\n` })
    expect((await lock(stage)).after).toMatch(/^sha256-/)
    const { runtime } = await stage.build()
    expect(spawnSync(join(runtime.workingDir, 'bin/hello'), { encoding: 'utf8' }).stderr).toBe('from a module\n')
    stage.write({ 'greeting/greeting.go': 'package greeting\n\nconst Text = "from another"\n' })
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.nix-lock' })
  })

  it('takes no hash of what else is fetched', async () => {
    const stage = await pythonStage()
    const file = join(stage.nixpkgs, 'default.nix')
    writeFileSync(join(stage.nixpkgs, 'tool'), 'not what was expected')
    // nixpkgs whose pip is downloaded, and is not what its hash says.
    const tool =
      'derivation { name = "pip-wheels"; inherit system; builder = "builtin:fetchurl"; url = "file://${toString ./tool}"; outputHash = "sha256-BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; outputHashMode = "flat"; outputHashAlgo = null; }'
    writeFileSync(file, readFileSync(file, 'utf8').replace('pip = program "pip" "/usr/bin/pip";', `pip = ${tool};`))
    await expect(lock(stage)).rejects.toMatchObject({
      code: 'build.nix-hash',
      details: { derivation: expect.stringContaining('-pip-wheels.drv') },
    })
    expect(existsSync(join(stage.source, 'hop3.lock.json'))).toBe(false)
  })

  it.each<[what: string, change: (stage: NixStage) => void]>([
    ['a wheel', ({ source }) => wheel(source, 'greeting', 'text = "another"\n')],
    ['a list', ({ write }) => write({ 'more/base.txt': '# nothing more\n-c limits.txt\n' })],
    ['a list of a list', ({ write }) => write({ 'more/limits.txt': 'greeting==1.0\n' })],
    [
      'the interpreter',
      ({ pin, write }) => write({ 'hop3.toml': `[nix]\ntemplate = "python-venv"\npip-package = "other.pip"\nnixpkgs = "${pin()}"\n` }),
    ],
  ])('is locked anew where what its file names is another: %s', async (_what, change) => {
    const stage = await pythonStage()
    mkdirSync(join(stage.source, 'more'))
    stage.write({
      'requirements.txt': '-r more/base.txt\n./greeting-1.0-py3-none-any.whl\n',
      'more/base.txt': '-c limits.txt\n',
      'more/limits.txt': 'greeting>=1\n',
    })
    await lock(stage)
    change(stage)
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.nix-lock', message: expect.stringContaining('something named there') })
  })

  it('builds nothing of what was locked for something else', async () => {
    const stage = await pythonStage()
    await lock(stage)
    await stage.build()
    wheel(stage.source, 'greeting', 'text = "another"\n')
    const { inputs } = /"inputs": "(?<inputs>[^"]*)"/.exec(readFileSync(join(stage.source, 'hop3.lock.json'), 'utf8'))?.groups ?? {}
    const session = await createSession((await stage.builder()).context)
    const now = lockInputs(useOf(session, 'python-venv'), lockedTree(stage.source, (await readSource(session)).entries))
    // As a merge would leave it: the digest of these files, and the hash of those.
    const text = readFileSync(join(stage.source, 'hop3.lock.json'), 'utf8').replace(inputs ?? '', now ?? '')
    stage.write({ 'hop3.lock.json': text })
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.nix-hash' })
  })

  it('looks at what another has locked meanwhile', async () => {
    const stage = await pythonStage()
    const { context } = await stage.builder()
    const session = await createSession(context)
    const inputs = lockInputs(useOf(session, 'python-venv'), lockedTree(stage.source, (await readSource(session)).entries))
    const others = JSON.stringify({ nix: { 'python-venv': { hash: 'sha256-another', inputs } } })
    const run: typeof context.run = (command) => {
      if (command.args.includes('--realise')) stage.write({ 'hop3.lock.json': others })
      return context.run(command)
    }
    await expect(lockTemplate({ ...context, run }, false)).rejects.toMatchObject({ details: { before: 'sha256-another' } })
    expect(readFileSync(join(stage.source, 'hop3.lock.json'), 'utf8')).toBe(others)
  })

  it('reads no pipe', async () => {
    const stage = await pythonStage()
    execFileSync('mkfifo', [join(stage.source, 'hop3.lock.json')])
    await expect(lock(stage)).rejects.toMatchObject({ code: 'build.nix-lock', message: expect.stringContaining('is no file') })
  })

  it('says that a file is missing', async () => {
    const stage = await pythonStage()
    rmSync(join(stage.source, 'requirements.txt'))
    await expect(stage.build()).rejects.toMatchObject({
      code: 'build.nix-lock',
      message: expect.stringContaining('needs a requirements.txt'),
    })
  })
})
