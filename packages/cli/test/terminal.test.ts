import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fakeMachine, type FakeMachine } from './fake-plugin.ts'
import { hop3Command } from '../../../scripts/hop3-command.ts'
import { runCommand } from './hop3-process.ts'

const isMissing = spawnSync('script', ['--version']).error !== undefined
if (isMissing && process.env['HOP3_REQUIRE'] === 'all') throw new Error('script is required: apt-get install bsdutils')

/** What a terminal of 30 columns gets to see, control sequences included. */
async function onTerminal(machine: FakeMachine, words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const line = hop3Command(['--plugin-root', machine.pluginRoot, ...words])
    .map((word) => `'${word}'`)
    .join(' ')
  const { stdout } = await runCommand(['script', '-qec', `stty cols 30 rows 10; ${line}`, '/dev/null'], {
    cwd: machine.app,
    env: { ...machine.env, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
  })
  return stdout
}

describe.skipIf(isMissing)('on a terminal (apt-get install bsdutils)', () => {
  let machine: FakeMachine
  beforeAll(async () => {
    machine = await fakeMachine()
  })
  afterAll(() => machine.remove())

  test('colors, a live view in frames, and the cursor back', async () => {
    await machine.instruct({ sleep: 1, lines: 1 })
    const seen = await onTerminal(machine, ['deploy'])
    expect(seen).toContain('\u001b[?25l')
    expect(seen).toMatch(/⠋\S* \S*install/)
    expect(seen).toContain('package 1')
    expect(seen).toContain('\u001b[32m✓\u001b[39m \u001b[1minstall\u001b[22m')
    expect(seen).toContain('\u001b[36mhttp://blog.example.test/\u001b[39m')
    expect(seen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(seen.lastIndexOf('\u001b[?25l'))
  })

  test('NO_COLOR keeps the live view and drops the colors', async () => {
    const seen = await onTerminal(machine, ['deploy', '--force'], { NO_COLOR: '1' })
    expect(seen).toContain('✓ install')
    // eslint-disable-next-line no-control-regex -- the colors are what is looked for
    expect(seen).not.toMatch(/\u001b\[[0-9;]*m/)
  })

  test('a failure leaves the cursor visible too', async () => {
    await machine.instruct({ fail: 'build.phase' })
    const seen = await onTerminal(machine, ['deploy'])
    expect(seen.lastIndexOf('\u001b[?25h')).toBeGreaterThan(seen.lastIndexOf('\u001b[?25l'))
    expect(seen).toContain('It was told to fail with build.phase.')
  })

  test('--json on a terminal is NDJSON still', async () => {
    await machine.instruct({ version: 9 })
    const seen = await onTerminal(machine, ['deploy', '--json'])
    for (const line of seen.trim().split(/\r?\n/)) expect(() => void JSON.parse(line)).not.toThrow()
  })
})
