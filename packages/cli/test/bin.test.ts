import { existsSync, readFileSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeMachine, type FakeMachine } from './fake-plugin.ts'
import { hop3Command } from '../../../scripts/hop3-command.ts'
import { runCommand, type Finished } from './hop3-process.ts'

let machine: FakeMachine
beforeAll(async () => {
  machine = await fakeMachine()
})
afterAll(() => machine.remove())

const hop3 = (words: readonly string[], input = '', env: Readonly<Record<string, string>> = {}): Promise<Finished> =>
  runCommand(hop3Command([...(words[0]?.startsWith('-V') ? [] : ['--plugin-root', machine.pluginRoot]), ...words]), {
    cwd: machine.app,
    env: { ...machine.env, ...env },
    input,
  })

function jsonLines(text: string): readonly Readonly<Record<string, unknown>>[] {
  expect(text.endsWith('\n')).toBe(true)
  return text
    .trimEnd()
    .split('\n')
    .map((line): Readonly<Record<string, unknown>> => JSON.parse(line))
}

test('--version is the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'))
  expect(await hop3(['-V'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
  expect(await hop3(['--version'])).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: '' })
})

test('an older Node is named, with what is needed', async () => {
  const older = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.20.2"}})'
  const [program = '', ...words] = hop3Command(['plan'])
  expect(await runCommand([program, '--import', older, ...words], { cwd: machine.app, env: machine.env })).toEqual({
    exitCode: 75,
    stdout: '',
    stderr: expect.stringMatching(/^Hop3 needs Node\.js 22\.18 or newer; this is v.+\n$/),
  })
})

test('help goes to stdout, a usage error to stderr', async () => {
  expect(await hop3(['deploy', '--help'])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('Usage: hop3 deploy'), stderr: '' })
  expect(await hop3(['depoly'])).toMatchObject({ exitCode: 2, stdout: '', stderr: expect.stringContaining('Did you mean `hop3 deploy`?') })
})

test('a value with a byte that is not UTF-8 is refused, not changed', async () => {
  const command = hop3Command(['--plugin-root', machine.pluginRoot, 'env', 'set', 'blog'])
  const withByte = ['/bin/sh', '-c', 'exec "$@" "A=x$(printf "\\377")"', 'sh', ...command]
  const refused = await runCommand(withByte, { cwd: machine.app, env: machine.env })
  expect(refused).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: expect.stringContaining('Word 6 after hop3 is not UTF-8. [usage.not-utf8]'),
  })
})

describe('a deploy', () => {
  test('in a pipe: the address on stdout, the talk on stderr, no color', async () => {
    await machine.instruct({ version: 1 })
    const { exitCode, stdout, stderr } = await hop3(['deploy'])
    expect(stderr).toContain('→ install  Installing\n  package 1\n✓ install  0.0 s\n')
    expect(stdout).toMatch(/^blog runs r000001-[0-9a-f]{8}\.\nhttp:\/\/blog\.example\.test\/\nhttp:\/\/127\.0\.0\.1:\d+\/\n$/)
    expect(exitCode).toBe(0)
  })

  test('--json: events, then one result', async () => {
    await machine.instruct({ version: 2 })
    const { exitCode, stdout, stderr } = await hop3(['deploy', '--json'])
    const lines = jsonLines(stdout)
    for (const event of lines.slice(0, -1))
      expect(event).toMatchObject({
        time: expect.stringMatching(/Z$/),
        phase: expect.any(String),
        strategy: expect.any(String),
        level: expect.any(String),
        text: expect.any(String),
      })
    expect(lines).toContainEqual(
      expect.objectContaining({ phase: 'install', strategy: 'fake', text: 'package 1', data: { kind: 'output', stream: 'stdout' } }),
    )
    expect(lines.at(-1)).toEqual({
      app: 'blog',
      release: expect.stringMatching(/^r000002-/),
      changed: true,
      url: 'http://blog.example.test/',
      address: '127.0.0.1',
      port: expect.any(Number),
      maintenance: false,
    })
    expect([exitCode, stderr]).toEqual([0, ''])
  })

  test('again: nothing to do', async () => {
    expect(jsonLines((await hop3(['deploy', '--json'])).stdout).at(-1)).toMatchObject({
      changed: false,
      release: expect.stringMatching(/^r000002-/),
    })
  })

  test('--quiet leaves the result', async () => {
    expect(await hop3(['deploy', '--force', '-q'])).toMatchObject({
      exitCode: 0,
      stderr: '',
      stdout: expect.stringContaining('http://blog.example.test/'),
    })
  })

  test.each([
    ['build.phase', 30],
    ['deploy.start', 50],
    ['health.timeout', 51],
    ['internal.oops', 1],
  ])('%s exits with %i', async (fail, exitCode) => {
    await machine.instruct({ fail })
    const result = await hop3(['deploy'])
    expect(result).toMatchObject({ exitCode, stdout: '' })
    expect(result.stderr).toContain(`error: It was told to fail with ${fail}. [${fail}]\nhint: Tell it not to.\n`)
    expect(/^ +at /m.test(result.stderr)).toBe(fail.startsWith('internal'))
    const inJson = await hop3(['deploy', '--json'])
    expect(jsonLines(inJson.stdout).at(-1)).toEqual({
      code: fail,
      message: `It was told to fail with ${fail}.`,
      hint: 'Tell it not to.',
      details: { told: true },
    })
    expect(inJson.exitCode).toBe(exitCode)
  })
})

describe('what is there', () => {
  test('ps --json', async () => {
    const worker = {
      app: 'blog',
      worker: 'web',
      ordinal: 1,
      release: expect.any(String),
      state: 'running',
      pid: 4711,
      address: '127.0.0.1:1',
    }
    const value = jsonLines((await hop3(['ps', '--json'])).stdout).at(-1)
    expect(value).toMatchObject({ workers: [worker], apps: [{ app: 'blog', stopped: false }] })
  })

  test('ps', async () => {
    expect((await hop3(['ps'])).stdout).toMatch(
      /^APP +WORKER +STATE +RELEASE +PID +ADDRESS\nblog +web\.1 +running +r00000\d-[0-9a-f]{8} +4711 +127\.0\.0\.1:1\n/,
    )
  })

  test('releases, and going back to one', async () => {
    const releases = (await hop3(['releases', 'blog'])).stdout
    expect(releases).toMatch(/current +fake/)
    const previous = /^(r\d+-[0-9a-f]+) +previous/m.exec(releases)?.[1] ?? ''
    expect(await hop3(['rollback', previous])).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`blog runs ${previous}.`) })
    const short = await hop3(['rollback', previous.slice(0, 7)])
    expect(short).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`blog runs ${previous}`) })
    for (const unknown of ['r999999', ''])
      expect(await hop3(['rollback', 'blog', unknown])).toMatchObject({
        exitCode: 2,
        stderr: expect.stringContaining(`blog has no release "${unknown}". [usage.release-unknown]`),
      })
  })

  test('a result that cannot be written is an error', async () => {
    const command = ['/bin/sh', '-c', 'exec "$@" > /dev/full', 'sh', ...hop3Command(['--plugin-root', machine.pluginRoot, 'ps'])]
    expect(await runCommand(command, { cwd: machine.app, env: machine.env })).toMatchObject({
      exitCode: 75,
      stderr: expect.stringContaining('error: Cannot write the result: no space is left on the disk'),
    })
  })

  test('a plugin root that is none is an error, not nothing', async () => {
    expect(await hop3(['--plugin-root', '/nope', 'ps'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/--plugin-root "\/nope": cannot read \/nope\/package\.json.*\[usage\.plugin-root\]/),
    })
  })

  test('scale that was not told what to change names the app it was told', async () => {
    expect((await hop3(['scale', 'blog'])).stderr).toContain('hint: Write: hop3 scale blog web=+1, or hop3 scale blog --to web=3.')
    expect((await hop3(['scale'])).stderr).toContain('hint: Write: hop3 scale web=+1, or hop3 scale --to web=3.')
    const negative = await hop3(['scale', 'blog', 'web=-5'])
    expect(negative.stderr).toContain('hint: Ask for a whole number from 0 to 200, for example 1: `--to web=1`')
  })

  test('an app that is not', async () => {
    const result = await hop3(['stop', 'blgo'])
    expect(result).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Did you mean blog? There is blog.') })
  })

  test('plugins and doctor name what they found', async () => {
    expect((await hop3(['plugins'])).stdout).toMatch(/^fake-strategies +1\.0\.0 +loaded +builder fake, deployer fake, proxy fake/m)
    const { findings } = JSON.parse((await hop3(['doctor', '--json'])).stdout)
    expect(findings).toContainEqual(expect.objectContaining({ check: 'proxy fake', state: 'ok' }))
  })

  test('detect lists everyone, chosen or not', async () => {
    const value = jsonLines((await hop3(['detect', '--json'])).stdout).at(-1)
    expect(value).toMatchObject({
      app: 'blog',
      builder: 'fake',
      considered: expect.arrayContaining([expect.objectContaining({ role: 'builder', name: 'fake', accepted: true })]),
    })
    expect((await hop3(['detect'])).stdout).toMatch(/builder +fake +yes +fake\.json is there \(fake\.json\)/)
  })
})

describe('variables', () => {
  test('a secret from stdin is stored, restarts the app, and is shown nowhere but where asked', async () => {
    await machine.instruct({ version: 3 })
    await hop3(['deploy'])
    const set = await hop3(['env', 'set', 'blog', 'SECRET_KEY', '--verbose'], 'correct horse\n')
    expect(set).toMatchObject({ exitCode: 0, stdout: 'Set SECRET_KEY for blog. It runs with the change.\n' })
    expect(set.stderr).toContain('The key is [MASKED]')
    const deployed = await hop3(['deploy', '--force', '--json'])
    expect(deployed.stdout).toContain('The key is [MASKED]')
    expect(deployed.stdout).not.toContain('correct horse')
    expect((await hop3(['env', 'list', 'blog'])).stdout).toMatch(/^NAME +VALUE\nSECRET_KEY +\(hidden; --show\)\n$/)
    expect((await hop3(['env', 'list', 'blog', '--show'])).stdout).toContain('correct horse')
    expect((await hop3(['env', 'get', 'SECRET_KEY'])).stdout).toBe('correct horse\n')
    expect((await hop3(['env', 'unset', 'SECRET_KEY', '--no-restart'])).stdout).toBe(
      'Removed SECRET_KEY for blog. The next start or deploy uses the change.\n',
    )
    expect(await hop3(['env', 'get', 'SECRET_KEY'])).toMatchObject({ exitCode: 2 })
  })
})

test('an app of this home is the app in whatever directory, alone beside a file too', async () => {
  await writeFile(join(machine.app, 'lines'), 'FROM_FILE=1\n')
  const other = join(machine.root, 'plain')
  await mkdir(other)
  const there = (words: readonly string[]): Promise<Finished> =>
    runCommand(hop3Command(['--plugin-root', machine.pluginRoot, ...words]), { cwd: other, env: machine.env })
  expect((await there(['env', 'set', 'blog', '--file', '../blog/lines'])).stdout).toContain('Set FROM_FILE for blog.')
  expect(await there(['env', 'set', 'blog'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('given nothing to set') })
  expect((await there(['env', 'list', 'blog'])).stdout).toContain('FROM_FILE')
  expect(await there(['env', 'unset', 'blog', 'FROM_FILE', 'NOT_THERE'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('blog has no variable "NOT_THERE"; nothing was changed.'),
  })
  expect((await there(['env', 'get', 'blog', 'FROM_FILE'])).stdout).toBe('1\n')
  await there(['env', 'unset', 'blog', 'FROM_FILE', '--no-restart'])
})

test('a value the app does not start with is taken back', async () => {
  expect((await hop3(['env', 'set', 'blog', 'MODE=good'])).exitCode).toBe(0)
  const bad = await hop3(['env', 'set', 'blog', 'MODE=refused', 'NEW=1'])
  expect(bad).toMatchObject({ exitCode: 50, stdout: '', stderr: expect.stringContaining('The variables are again what they were before.') })
  expect((await hop3(['env', 'list', 'blog', '--json', '--show'])).stdout).toContain('"variables":[{"name":"MODE","value":"good"}]')
  const long = await hop3(['env', 'set', 'blog', '--file', '-'], `MODE=other\nLONG=${'x'.repeat(140_000)}\n`)
  expect(long).toMatchObject({ exitCode: 10, stderr: expect.stringContaining('[config.env-value]') })
  expect((await hop3(['env', 'get', 'blog', 'MODE'])).stdout).toBe('good\n')
  await hop3(['env', 'unset', 'blog', 'MODE'])
})

test('what is refused to an app that never was leaves none of it', async () => {
  const value = 'x'.repeat(140_000)
  expect(await hop3(['env', 'set', 'neverwas', '--file', '-'], `LONG=${value}\n`)).toMatchObject({
    exitCode: 10,
    stderr: expect.stringContaining('[config.env-value]'),
  })
  expect(await hop3(['env', 'unset', 'neverwas', 'NAME'])).toMatchObject({ exitCode: 2 })
  expect((await hop3(['ps'])).stdout).not.toContain('neverwas')
  expect(await hop3(['env', 'set', 'neverwas', 'NAME=kept'])).toMatchObject({ exitCode: 0 })
  expect(await hop3(['env', 'set', 'neverwas', '--file', '-'], `LONG=${value}\n`)).toMatchObject({ exitCode: 10 })
  expect((await hop3(['env', 'get', 'neverwas', 'NAME'])).stdout).toBe('kept\n')
  expect(await hop3(['destroy', 'neverwas', '--yes'])).toMatchObject({ exitCode: 0 })
})

test('logs of a worker that is not', async () => {
  expect(await hop3(['logs', 'blog', '-w', 'nosuch'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Name one of: web.') })
  expect((await hop3(['logs', 'blog', '-w', 'web'])).exitCode).toBe(0)
})

describe('exec', () => {
  test("the command's output and exit code are the command's", async () => {
    expect(await hop3(['exec', 'blog', '--', 'echo out; echo err >&2; exit 7'])).toEqual({ exitCode: 7, stdout: 'out\n', stderr: 'err\n' })
    expect(await hop3(['exec', 'blog', '--', 'printf', '%s|', 'a b', '$HOME'])).toMatchObject({ exitCode: 0, stdout: 'a b|$HOME|' })
  })
})

describe('interruptions', () => {
  test('the first SIGINT undoes, and exits with 130', async () => {
    await machine.instruct({ sleep: 60, version: 4 })
    const result = await runCommand(hop3Command(['--plugin-root', machine.pluginRoot, 'deploy']), {
      cwd: machine.app,
      env: machine.env,
      onStart: (child) => child.stderr?.on('data', (text: string) => text.includes('package 1') && child.kill('SIGINT')),
    })
    expect(result).toMatchObject({ exitCode: 130, stdout: '' })
    expect(result.stderr).toContain('Stopping.')
    expect(result.stderr).toContain('What the deploy of blog had begun has been undone.')
    expect(result.stderr).toContain('error: Interrupted. [retry.interrupted]')
    expect(result.stderr).not.toMatch(/^ +at /m)
    expect((await hop3(['ps', '--json'])).stdout).not.toContain('r000010')
    expect((await hop3(['ps'])).exitCode).toBe(0)
  })

  test('a signal that only ends the showing is no failure: the result was produced', async () => {
    await mkdir(join(machine.root, 'home/apps/blog/logs'), { recursive: true })
    await writeFile(join(machine.root, 'home/apps/blog/logs/web.1.log'), 'a line\n')
    const { exitCode } = await runCommand(hop3Command(['--plugin-root', machine.pluginRoot, 'logs', 'blog', '-f']), {
      cwd: machine.app,
      env: machine.env,
      onStart: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
    })
    expect(exitCode).toBe(0)
  })

  test('a reader that goes away does not stop a deploy', async () => {
    await machine.instruct({ lines: 3000, version: 5 })
    const result = await runCommand(hop3Command(['--plugin-root', machine.pluginRoot, 'deploy', '--json']), {
      cwd: machine.app,
      env: machine.env,
      onStart: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
    })
    expect(result).toMatchObject({ exitCode: 0, stderr: '' })
    await machine.instruct({ lines: 3000, version: 5 })
    expect(jsonLines((await hop3(['deploy', '--json'])).stdout).at(-1)).toMatchObject({ changed: false })
  })
})

test('destroy asks first, then leaves nothing', async () => {
  expect(await hop3(['destroy', 'blog'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('hop3 destroy blog --yes') })
  expect(await hop3(['destroy', 'blog', '--yes'])).toMatchObject({ exitCode: 0, stdout: 'blog is gone.\n' })
  expect((await hop3(['ps', '--json'])).stdout).toBe('{"apps":[],"workers":[]}\n')
})

test('a damaged listen.json moves no app: it is refused until HOP3_LISTEN says again where they answer', async () => {
  const home = join(machine.root, 'torn')
  const path = join(home, 'listen.json')
  await mkdir(home)
  await writeFile(path, '{"address":"127.0')
  const refused = await hop3(['ps'], '', { HOP3_HOME: home })
  expect(refused).toMatchObject({ exitCode: 75, stdout: '' })
  expect(refused.stderr).toContain(`error: ${path} cannot be used: it does not say at which address`)
  expect(refused.stderr).toContain('HOP3_LISTEN=127.0.0.1:8080 hop3 ps')
  expect(await hop3(['ps'], '', { HOP3_HOME: home, HOP3_LISTEN: '127.0.0.1:8391' })).toMatchObject({ exitCode: 0 })
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ address: '127.0.0.1', port: 8391 })
  expect(await hop3(['ps'], '', { HOP3_HOME: home })).toMatchObject({ exitCode: 0 })
})

test('stop of an app that was never deployed says so and changes nothing', async () => {
  expect(await hop3(['env', 'set', 'neverran', 'NAME=kept'])).toMatchObject({ exitCode: 0 })
  const { stdout } = await hop3(['ps', 'neverran', '--json'])
  expect(await hop3(['stop', 'neverran'])).toMatchObject({
    exitCode: 0,
    stdout: 'neverran was never deployed, so nothing of it runs. `hop3 deploy --app neverran` deploys it.\n',
  })
  expect((await hop3(['ps', 'neverran', '--json'])).stdout).toBe(stdout)
})

test('a damaged proxy.json moves no app and takes no HTTPS away: it is refused until both are said again', async () => {
  const home = join(machine.root, 'torn-proxy')
  const path = join(home, 'proxy.json')
  const env = { HOP3_HOME: home }
  await mkdir(home)
  for (const text of ['{"proxy":"ngi', '[]', '{"proxy":7}']) {
    await writeFile(path, text)
    const refused = await hop3(['ps'], '', env)
    expect(refused).toMatchObject({ exitCode: 75, stdout: '' })
    expect(refused.stderr).toContain(`error: ${path} cannot be used: it does not say which proxy`)
    expect(refused.stderr).toContain('hop3 proxy use nginx --tls off')
  }
  // Who does not say how HTTPS is served may not know of it.
  expect(await hop3(['proxy', 'use', 'embedded'], '', env)).toMatchObject({ exitCode: 75 })
  expect(readFileSync(path, 'utf8')).toBe('{"proxy":7}')
  expect(await hop3(['proxy', 'use', 'embedded', '--tls', 'off'], '', env)).toMatchObject({ exitCode: 0 })
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ proxy: 'embedded', tls: 'off' })
  expect(await hop3(['ps'], '', env)).toMatchObject({ exitCode: 0 })
  await rm(path)
  await mkdir(path)
  expect(await hop3(['ps'], '', env)).toMatchObject({ exitCode: 75, stderr: expect.stringContaining('it cannot be read (EISDIR)') })
})

test('a damaged record of a move is refused by what would start an app, until all apps are given one proxy', async () => {
  const home = join(machine.root, 'torn-move')
  const path = join(home, 'proxy-move.json')
  const env = { HOP3_HOME: home }
  await mkdir(home)
  await writeFile(path, '{"step":"make","to":"ngi')
  const refused = await hop3(['proxy'], '', env)
  expect(refused).toMatchObject({ exitCode: 75, stdout: '' })
  expect(refused.stderr).toContain(`error: ${path} cannot be used: it does not say how far`)
  expect(await hop3(['proxy', 'use', 'embedded'], '', env)).toMatchObject({ exitCode: 0 })
  expect(existsSync(path)).toBe(false)
  expect(await hop3(['proxy'], '', env)).toMatchObject({ exitCode: 0 })
})

test('an app whose first deploy failed is told as such, with the way to remove it', async () => {
  await machine.instruct({ fail: 'build.phase' })
  expect(await hop3(['deploy', '--app', 'first'])).toMatchObject({ exitCode: 30 })
  const line = 'first has no release yet: `hop3 deploy` in its directory makes one, `hop3 destroy first --yes` removes what is kept of it\n'
  expect((await hop3(['ps', 'first'])).stdout).toMatch(/\nfirst +- +not deployed .*\n\nfirst has no release yet/)
  expect((await hop3(['ps', 'first'])).stdout.endsWith(line)).toBe(true)
  const opened = await hop3(['open', 'first'])
  expect(opened).toMatchObject({ exitCode: 50, stderr: expect.stringContaining('first has no address: it has no release yet.') })
  expect(await hop3(['destroy', 'first', '--yes'])).toMatchObject({ exitCode: 0 })
  expect((await hop3(['ps'])).stdout).not.toContain('first')
})
