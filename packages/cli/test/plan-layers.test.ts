import { execFileSync, spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { hop3Command } from '../../../scripts/hop3-command.ts'
import { runCommand, type Finished } from './hop3-process.ts'

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hop3-layers-'))
  await mkdir(join(root, 'shop'))
  await writeFile(join(root, 'shop/Procfile'), 'web: ./server\n')
  await writeFile(join(root, 'shop/nixpacks.toml'), '[phases.build]\ncmds = ["from the file"]\n[variables]\nWHO = "file"\n')
})
afterAll(() => rm(root, { recursive: true }))

const hop3 = (words: readonly string[], env: Readonly<Record<string, string>> = {}, input = ''): Promise<Finished> =>
  runCommand(hop3Command(words), {
    cwd: join(root, 'shop'),
    env: { PATH: process.env['PATH'] ?? '', HOME: root, HOP3_HOME: join(root, 'home'), ...env },
    input,
  })

async function plan(words: readonly string[], env: Readonly<Record<string, string>> = {}, input = '') {
  const { stdout, stderr, exitCode } = await hop3(['plan', '--format', 'json', ...words], env, input)
  expect({ stderr: stderr.replace(/^warning: .*\n/gm, ''), exitCode }).toEqual({ stderr: '', exitCode: 0 })
  return JSON.parse(stdout)
}

describe('the layers of a plan', { timeout: 30_000 }, () => {
  test("are what is said: the operator's shell is not", async () => {
    const shell = { HOP3_BUILD_CMD: 'from the shell', NIXPACKS_PKGS: 'cowsay', WHO: 'shell' }
    const unasked = await plan([], shell)
    expect(unasked.phases).toEqual({ build: { cmds: ['from the file'], dependsOn: [] } })
    expect(unasked.variables).toEqual({ WHO: 'file' })
    const asked = await plan(['--env', 'HOP3_BUILD_CMD', '-e', 'WHO=given', '-eEMPTY='], shell)
    expect(asked.phases.build.cmds).toEqual(['from the shell'])
    expect(asked.variables).toEqual({ WHO: 'given', EMPTY: '' })
  })

  test("the app's own variables count below --env, are shown as they are, and its secrets are not", async () => {
    const set = ['HOP3_BUILD_CMD=from the app', 'HOP3_APT_PKGS=curl', 'DATABASE_URL=postgres-password']
    expect(await hop3(['env', 'set', 'shop', ...set])).toMatchObject({ exitCode: 0 })
    const shown = await hop3(['plan'])
    expect(shown.stdout).toContain('from the app')
    expect(shown.stdout).not.toContain('postgres')
    expect(await plan([])).toMatchObject({
      phases: { build: { cmds: ['from the app'] }, setup: { aptPkgs: ['curl'] } },
      variables: { WHO: 'file' },
    })
    expect((await plan(['-e', 'HOP3_BUILD_CMD=given'])).phases.build.cmds).toEqual(['given'])
    expect((await plan(['--app', 'other'])).phases.build.cmds).toEqual(['from the file'])
    const unset = await hop3(['env', 'unset', 'shop', 'HOP3_BUILD_CMD', 'HOP3_APT_PKGS'])
    expect(unset.stdout).toBe('Removed HOP3_BUILD_CMD, HOP3_APT_PKGS for shop. The next deploy uses the change.\n')
  })

  test('a plan is given as JSON, as a file or on stdin, below the flags', async () => {
    await writeFile(join(root, 'shop/ci.json'), '{ "phases": { "build": { "cmds": ["from @file"] } } }')
    const json = '{ "phases": { "build": { "cmds": ["from JSON"] }, "lint": { "cmds": ["lint"] } } }'
    expect((await plan(['--json-plan', json])).phases).toMatchObject({ build: { cmds: ['from JSON'] }, lint: { cmds: ['lint'] } })
    expect((await plan(['--json-plan', '@ci.json'])).phases.build.cmds).toEqual(['from @file'])
    expect((await plan(['--json-plan', '-'], {}, json)).phases.build.cmds).toEqual(['from JSON'])
    const flags = [
      '--json-plan',
      json,
      '--build-cmd',
      'flag',
      '--pkgs',
      'a,b',
      '--apt',
      'c',
      '--libs',
      'd',
      '--install-cmd',
      'i',
      '--start-cmd',
      './s',
    ]
    expect(await plan(flags)).toMatchObject({
      phases: { build: { cmds: ['flag'] }, install: { cmds: ['i'] }, setup: { nixPkgs: ['a', 'b'], aptPkgs: ['c'], nixLibs: ['d'] } },
      start: { cmd: './s' },
    })
    expect((await plan(['--config', 'ci.json'])).phases.build.cmds).toEqual(['from @file'])
    await rm(join(root, 'shop/ci.json'))
  })

  test('warn of the same, however the plan is looked at', async () => {
    const warning = 'There is no index.html to publish: a request for / will be answered with 404.'
    const words = ['--provider', 'static']
    expect((await hop3(['plan', '--format', 'json', ...words])).stderr).toBe(`warning: ${warning}\n`)
    for (const command of [['plan'], ['plan', '--explain'], ['detect'], ['detect', '--explain']])
      expect((await hop3([...command, ...words])).stdout).toContain(`! ${warning}`)
  })

  test('--provider and --toolchain are one', async () => {
    expect((await plan(['--provider', 'static'])).providers).toEqual(['static'])
    expect((await plan(['--toolchain', 'static'])).providers).toEqual(['static'])
    const detected = await hop3(['detect', '--json', '--provider', 'static'])
    expect(JSON.parse(detected.stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ toolchains: ['static'] })
  })

  test('a pipe in the place of a file is refused, and waiting for stdin ends with Ctrl-C', async () => {
    execFileSync('mkfifo', [join(root, 'shop/pipe')])
    expect(await hop3(['plan', '--json-plan', '@pipe'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Cannot read "pipe": it is no regular file. [usage.unreadable-file]'),
    })
    await rm(join(root, 'shop/pipe'))
    const [file = '', ...args] = hop3Command(['plan', '--json-plan', '-'])
    const child = spawn(file, args, {
      cwd: join(root, 'shop'),
      env: { PATH: process.env['PATH'] ?? '', HOME: root, HOP3_HOME: join(root, 'home') },
    })
    const ended = new Promise((resolve) => void child.once('exit', resolve))
    onTestFinished(() => void child.kill('SIGKILL'))
    // More than a pipe holds: when it is written, somebody reads.
    await new Promise((resolve) => child.stdin.write(' '.repeat(1_000_000), resolve))
    child.kill('SIGINT')
    expect(await ended).toBe(130)
  })

  test.each([
    [['-e'], 2, '-e needs a value. [usage.missing-value]'],
    [['--env', '=x'], 2, '--env "=x" names no variable. [usage.bad-value]'],
    [['--env', 'NOT_EXPORTED'], 2, '--env "NOT_EXPORTED" has no value: this shell does not export "NOT_EXPORTED". [usage.unset-variable]'],
    [['--env', 'HOP3_BUIDL_CMD=x'], 10, '[config.unknown-variable]'],
    [['--json-plan', '{'], 10, '--json-plan:1:2: this is not JSON: it ends too early. [config.syntax]'],
    [['--json-plan', '@missing.json'], 2, 'Cannot read "missing.json": ENOENT. [usage.unreadable-file]'],
    [['--config', 'missing.toml'], 10, '--config: the app has no file "missing.toml". [config.plan-file]'],
    [['--provider', 'pyhton'], 10, 'Did you mean `python`?'],
  ])('%j is refused', async (words, exitCode, message) => {
    expect(await hop3(['plan', ...words])).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(message) })
  })
})
