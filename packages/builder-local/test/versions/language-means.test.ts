/** Pythons, Gos, Rusts, JDKs and what mise has: the real tools, from the real registries. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFixture } from '../build-fixture.ts'
import { asking, decisions, hostWith, isMissing, minute, onHost, path, reach, required, told, warnings, wholeHost } from './asking.ts'

describe('Python', () => {
  it.skipIf(isMissing('python3.11'))('comes from pyenv, whatever pyenv is set to (needs python3.11)', async () => {
    const app = createFixture()
    const bin = join(app.root, 'user/.pyenv/versions/3.11.2/bin')
    mkdirSync(bin, { recursive: true })
    symlinkSync(pythonOnHost(), join(bin, 'python3.11'))
    const artifact = await app.build(asking('python', '3.11', 'python3.11 --version'), hostWith(app))
    expect(told(artifact)).toContain('Python 3.11.')
    expect(decisions(artifact)).toEqual([{ key: 'python.version', value: '3.11.2', origin: '.python-version:1; from pyenv' }])
    expect(artifact.runtime.pathPrepend.at(-1)).toBe(bin)
  })

  it('3.6 on a host without it is the error it was, and says what brings it', async () => {
    const app = createFixture()
    await expect(app.build(asking('python', '3.6', 'python3.6 --version'), hostWith(app))).rejects.toMatchObject({
      code: 'build.tool-version',
      message: '.python-version:1 asks for python "3.6"; this host has no python 3.6 and cannot get it: there is no uv to fetch it with.',
      hint: 'Install Python: `apt-get install python3 python3-venv`, or uv by its own installer.',
    })
  })

  it.skipIf(isMissing('uv') || isMissing('python3.11'))('of the Hop3 home is found by uv (needs uv and python3.11)', async () => {
    const app = createFixture()
    const architecture = process.arch === 'arm64' ? 'aarch64' : 'x86_64'
    const bin = join(app.root, `home/tools/python/cpython-3.11.2-linux-${architecture}-gnu/bin`)
    mkdirSync(bin, { recursive: true })
    symlinkSync(pythonOnHost(), join(bin, 'python3.11'))
    const { env } = hostWith(app)
    symlinkSync(uvOnHost(), join(env['PATH'] ?? '', 'uv'))
    const artifact = await app.build(asking('python', '3.11', 'python3.11 --version'), { env })
    expect(told(artifact)).toContain('Python 3.11.')
    expect(decisions(artifact)).toEqual([
      { key: 'python.version', value: expect.stringMatching(/^3\.11\.\d+$/), origin: '.python-version:1; from uv' },
    ])
    expect(artifact.runtime.pathPrepend.at(-1)).toBe(bin)
  })
})

/** The program itself: what pyenv puts on PATH is none. */
function pythonOnHost(): string {
  return execFileSync(onHost('python3.11') ?? '', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
}

function uvOnHost(): string {
  try {
    return execFileSync('python3', ['-c', 'import uv; print(uv.find_uv_bin())'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return onHost('uv') ?? ''
  }
}

describe('what a language has to get its versions with', () => {
  it.skipIf(isMissing('go'))('is the module proxy for Go (needs go)', { timeout: 3 * minute }, async () => {
    const app = createFixture()
    const artifact = await app.build(asking('go', '1.25.3', 'go version'), wholeHost(app))
    expect(told(artifact)).toMatch(/^go version go1\.25\.3 /)
    expect(decisions(artifact)).toEqual([{ key: 'go.version', value: '1.25.3', origin: '.go-version:1; from the Go module proxy' }])
    // Its program needs no Go to run.
    expect([artifact.runtime.envVars['GOTOOLCHAIN'], artifact.runtime.pathPrepend.length]).toEqual([undefined, 1])
    await expect(app.build(asking('go', '1.99', 'go version'), wholeHost(app))).rejects.toMatchObject({
      message: expect.stringContaining('and cannot get it: the Go module proxy lists no such version.'),
    })
  })

  it.skipIf(!required)(
    'is rustup for Rust, and only what is missing is installed (needs rustup, and fetches 100 MB)',
    { timeout: 3 * minute },
    async () => {
      const app = createFixture()
      const home = { RUSTUP_HOME: join(app.root, 'rustup'), CARGO_HOME: dirname(dirname(onHost('rustup') ?? '')) }
      const env = { ...wholeHost(app).env, ...home }
      const artifact = await app.build(asking('rust', '1.85', 'rustc --version'), { env })
      expect(told(artifact)).toMatch(/^rustc 1\.85\.\d+ /)
      expect(decisions(artifact)).toEqual([
        { key: 'rust.version', value: expect.stringMatching(/^1\.85\./), origin: '.rust-version:1; from rustup' },
      ])
      const before = app.commands.length
      await app.build(asking('rust', '1.85', 'rustc --version'), { env })
      expect(app.commands.slice(before).some((command) => command.includes('toolchain install'))).toBe(false)
    },
  )

  it.skipIf(!existsSync('/usr/lib/jvm') && !required)('is any JDK of the host for Java, at run time, too (needs a JDK)', async () => {
    const app = createFixture()
    const [version = ''] = readdirSync('/usr/lib/jvm').flatMap((name) => {
      const release = join('/usr/lib/jvm', name, 'release')
      return existsSync(release) ? [/JAVA_VERSION="(\d+)/.exec(readFileSync(release, 'utf8'))?.[1] ?? ''] : []
    })
    const artifact = await app.build(asking('java', version, 'javac -version; echo "$JAVA_HOME"'), hostWith(app))
    expect(told(artifact)).toMatch(new RegExp(`^javac ${version}[.\\d]*\\n/usr/lib/jvm/`))
    const { pathPrepend, envVars } = artifact.runtime
    expect([pathPrepend.at(-1), existsSync(join(envVars['JAVA_HOME'] ?? '', 'bin/javac'))]).toEqual([`${envVars['JAVA_HOME']}/bin`, true])
    await expect(app.build(asking('java', '7', 'javac -version'), hostWith(app))).rejects.toMatchObject({
      message: expect.stringMatching(/the JDKs of this host are \d/),
      hint: expect.stringContaining('apt-get install openjdk-7-jdk-headless'),
    })
  })
})

describe('mise', () => {
  it('brings what it has, and no file of the app tells it anything', { timeout: 2 * minute }, async () => {
    const app = createFixture({
      'mise.toml': `[tools]\nruby = "2"\n[hooks]\nenter = "touch HOOK"\npreinstall = "touch HOOK"\n[env]\nRUBYOPT = "-rno-such-file"\n`,
    })
    const name = `@jdxcode/mise-${process.platform === 'darwin' ? 'macos' : 'linux'}-${process.arch}`
    const npm = [
      'install',
      '--prefix',
      join(app.root, 'npm'),
      '--no-save',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      `${name}@2026.9.15`,
    ]
    execFileSync('npm', npm, { cwd: app.root, stdio: 'ignore', env: { PATH: path, HOME: app.root, ...reach } })
    const mise = join(app.root, 'npm/node_modules', name, 'bin/mise')
    const ruby = join(app.root, 'made')
    mkdirSync(join(ruby, 'bin'), { recursive: true })
    writeFileSync(join(ruby, 'bin/ruby'), '#!/bin/sh\necho "ruby 3.3.5 $RUBYOPT"\n', { mode: 0o755 })
    const { env } = hostWith(app)
    symlinkSync(mise, join(env['PATH'] ?? '', 'mise'))
    const own = { ...env, MISE_DATA_DIR: join(app.root, 'mise') }
    execFileSync(mise, ['link', 'ruby@3.3.5', ruby], { cwd: app.root, env: { ...own, MISE_NO_CONFIG: '1' } })
    for (const wanted of ['3.3', '~> 3.2', '3.3.9']) {
      const artifact = await app.build(asking('ruby', wanted, 'ruby --version'), { env: own })
      expect(told(artifact)).toBe('ruby 3.3.5 \n')
      expect(decisions(artifact)).toEqual([{ key: 'ruby.version', value: '3.3.5', origin: '.ruby-version:1; from mise' }])
      expect(existsSync(join(artifact.runtime.pathPrepend.at(-1) ?? '', 'ruby'))).toBe(true)
    }
    expect(warnings(app)).toEqual([
      '.ruby-version:1 asks for ruby 3.3.9; ruby 3.3.5 from mise is used in its place: they differ in the last number only.',
    ])
    expect(readdirSync(app.root)).not.toContain('HOOK')
    expect(readdirSync(app.source)).toEqual(['mise.toml'])
  })
})
