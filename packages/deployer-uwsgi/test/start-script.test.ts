import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { tempApp, randomFrom } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { checkCommand, checkEnvironment, commandScript, startScript } from '../src/start-script.ts'
import { hostileEnvironment, hostileValue } from './hostile-values.ts'

const worker = { app: 'shop', worker: 'web' }
const shells = ['/bin/sh', '/bin/bash'].filter((path) => existsSync(path))

describe.each(shells)('a start script run by %s', (shell) => {
  test('gives 3 000 generated values byte for byte', async () => {
    const directory = await tempApp({ 'config.ini': '' })
    const env = hostileEnvironment(3000, 1)
    checkEnvironment(env, worker, { inUwsgi: true })
    const script = startScript({ instance: directory, directory, env, uwsgi: ['/bin/sh', '-c', 'exec env -0', 'sh'], ini: 'config.ini' })
    expect(run(shell, script)).toMatchObject(env)
  })

  test('gives a value of 100 kB', async () => {
    const directory = await tempApp()
    const env = { LONG: `${'a%$\n'.repeat(25_600)} ` }
    checkEnvironment(env, worker, { inUwsgi: false })
    expect(run(shell, commandScript({ instance: directory, directory, env, command: 'exec env -0' }))['LONG']).toBe(env.LONG)
  })

  test('hands 200 generated commands to a shell as they are', async () => {
    const directory = await tempApp()
    const random = randomFrom(2)
    for (let count = 0; count < 200; count++) {
      const text = hostileValue(random)
      const command = `printf %s ${text === '' ? "''" : `'${text.replaceAll("'", `'"'"'`)}'`}`
      checkCommand(command, worker)
      const script = commandScript({ instance: directory, directory, env: {}, command })
      expect(spawnSync(shell, ['-c', script], { encoding: 'utf8' }).stdout).toBe(text)
    }
  })

  test('lets nobody bear the mark of the Emperor, or of another instance', async () => {
    const directory = await tempApp({ 'config.ini': '' })
    const env = { HOP3_EMPEROR: '/elsewhere', HOP3_INSTANCE: '/elsewhere', A: '1' }
    const shown = run(shell, commandScript({ instance: directory, directory, env, command: 'exec env -0' }))
    expect([shown['A'], shown['HOP3_EMPEROR'], shown['HOP3_INSTANCE']]).toEqual(['1', undefined, directory])
    const started = startScript({ instance: directory, directory, env, uwsgi: ['/bin/sh', '-c', 'exec env -0', 'sh'], ini: 'config.ini' })
    expect(run(shell, started)['HOP3_EMPEROR']).toBeUndefined()
  })

  test('works in directories with any name', async () => {
    const root = await tempApp({ "it's $(id) %n @(exec:⁄⁄id)\n/x": '' })
    const directory = join(root, "it's $(id) %n @(exec:⁄⁄id)\n")
    const script = commandScript({ instance: directory, directory, env: {}, command: 'pwd -P; echo "$HOP3_INSTANCE"' })
    expect(spawnSync(shell, ['-c', script], { encoding: 'utf8' }).stdout).toBe(`${directory}\n${directory}\n`)
  })
})

describe('what no process can be given is refused with the reason', () => {
  test.each([
    ['a NUL', { A: 'x\0y' }, 'deploy.uwsgi.env-value', 'NUL'],
    ['half a surrogate pair', { A: 'x\ud800y' }, 'deploy.uwsgi.env-value', 'surrogate'],
    ['128 KiB', { A: 'x'.repeat(128 * 1024 - 2) }, 'deploy.uwsgi.env-value', '131072'],
    [
      'too much in all',
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`A${index}`, 'x'.repeat(100_000)])),
      'deploy.uwsgi.env-size',
      '1900000',
    ],
    ['a name with a hyphen', { 'A-B': '' }, 'deploy.uwsgi.env-name', 'underscores'],
    ['a name with a line', { 'A\nexec = id': '' }, 'deploy.uwsgi.env-name', 'underscores'],
    ['a name that starts with a digit', { '1A': '' }, 'deploy.uwsgi.env-name', 'digit'],
    ['a name the shell sets', { UID: '0' }, 'deploy.uwsgi.env-name', 'shell'],
    ['an option of uWSGI', { UWSGI_EXEC_PRE_APP: 'id' }, 'deploy.uwsgi.env-name', 'options'],
  ])('%s', (_, env, code, reason) => {
    const failure = failureOf(() => checkEnvironment(env, worker, { inUwsgi: true }))
    expect(failure).toMatchObject({ code, hint: expect.stringMatching(/\S/) })
    expect(String(failure)).toContain(reason)
  })

  test('the longest value that fits passes, and starts', async () => {
    const directory = await tempApp()
    const env = { A: 'x'.repeat(128 * 1024 - 3) }
    checkEnvironment(env, worker, { inUwsgi: true })
    expect(run('/bin/sh', commandScript({ instance: directory, directory, env, command: 'exec env -0' }))).toMatchObject(env)
  })

  test.each(['', '  \n', 'echo \0', 'x'.repeat(200_000)])('a command', (command) => {
    expect(failureOf(() => checkCommand(command, worker))).toMatchObject({ code: 'deploy.uwsgi.command' })
  })

  test('UWSGI_ names pass where uWSGI does not see them', () => {
    expect(() => checkEnvironment({ UWSGI_X: '1' }, worker, { inUwsgi: false })).not.toThrow()
  })
})

/** What the script's last program prints with `env -0`. */
function run(shell: string, script: string): Readonly<Record<string, string>> {
  const { stdout, stderr } = spawnSync(shell, ['-s'], {
    input: script,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { PATH: '/usr/bin:/bin' },
  })
  expect(stderr).toBe('')
  const lines = stdout.split('\0').filter(Boolean)
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}

function failureOf(work: () => void): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('It was not refused.')
}
