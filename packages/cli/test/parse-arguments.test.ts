import { isHop3Error } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { commands } from '../src/commands.ts'
import { commandWord, parseArguments, type Parsed } from '../src/parse-arguments.ts'

const parse = (line: string): Parsed => parseArguments(line.split(' ').filter(Boolean), commands)

function parsed(line: string) {
  const result = parse(line)
  if (result.kind !== 'run') throw new Error(`"${line}" is ${result.kind}`)
  return result
}

function problem(line: string): { code: string; message: string; hint: string } {
  try {
    parse(line)
  } catch (error) {
    if (isHop3Error(error)) return { code: error.code, message: error.message, hint: error.hint ?? '' }
    throw error
  }
  throw new Error(`"${line}" was understood`)
}

describe('what is understood', () => {
  test('options before and after the command, long and short', () => {
    const { command, options, operands } = parsed('--json -v logs blog -f --lines=20 --worker web')
    expect(command.name).toBe('logs')
    expect(operands).toEqual(['blog'])
    expect([options.flag('json'), options.flag('verbose'), options.flag('follow'), options.flag('quiet')]).toEqual([
      true,
      true,
      true,
      false,
    ])
    expect([options.text('lines'), options.text('worker'), options.text('app')]).toEqual(['20', 'web', undefined])
  })

  test('repeated options are a list', () => {
    expect(parsed('deploy --toolchain python --toolchain node').options.list('toolchain')).toEqual(['python', 'node'])
    expect(parsed('deploy').options.list('toolchain')).toEqual([])
  })

  test('a value of a global option before the command is not the command', () => {
    const { command, options } = parsed('--plugin-root deploy ps')
    expect(command.name).toBe('ps')
    expect(options.list('plugin-root')).toEqual(['deploy'])
  })

  test.each([
    [['--plugin-root', 'plug', 'deploy', 'b'], 'deploy'],
    [['-v', 'ps'], 'ps'],
    [['--json', '--', 'deploy'], undefined],
    [[], undefined],
  ])('the command of %j is named %s, also where it came to nothing', (words, name) => {
    expect(commandWord(words)).toBe(name)
  })

  test('deltas are operands, also negative ones', () => {
    expect(parsed('scale blog web=+1 worker=-1').operands).toEqual(['blog', 'web=+1', 'worker=-1'])
  })

  test('what follows -- is a command line for exec, operands elsewhere', () => {
    expect(parsed('exec blog -- ls --json -la')).toMatchObject({ operands: ['blog'], commandLine: ['ls', '--json', '-la'] })
    expect(parsed('exec blog -- ls --json').options.flag('json')).toBe(false)
    expect(parsed('deploy -- -odd-directory')).toMatchObject({ operands: ['-odd-directory'], commandLine: undefined })
  })

  test('help in its four forms, and the version', () => {
    expect(parse('')).toEqual({ kind: 'help', command: undefined })
    expect(parse('--help')).toEqual({ kind: 'help', command: undefined })
    expect(parse('help deploy')).toMatchObject({ kind: 'help', command: { name: 'deploy' } })
    expect(parse('run --help')).toMatchObject({ kind: 'help', command: { name: 'run' } })
    expect(parse('--json --version')).toEqual({ kind: 'version' })
  })
})

describe('what is not', () => {
  test.each([
    ['depoly', 'usage.unknown-command', 'Did you mean `hop3 deploy`?'],
    ['xyzzy', 'usage.unknown-command', '`hop3 --help`'],
    ['deploy --wiat', 'usage.unknown-option', 'Did you mean --wait?'],
    ['--jsno ps', 'usage.unknown-option', 'Did you mean --json?'],
    ['ps -z', 'usage.unknown-option', '`hop3 ps --help`'],
    ['--verison', 'usage.unknown-option', '`hop3 --help`'],
    ['deploy --app', 'usage.missing-value', '--app <name>'],
    ['deploy --app --force', 'usage.missing-value', '--app <name>'],
    ['deploy --force=yes', 'usage.unexpected-value', '--force'],
    ['plan --format yaml', 'usage.bad-value', 'text, json, toml'],
    ['run', 'usage.missing-operand', 'hop3 run <app>'],
    ['env set blog A=\ufffd', 'usage.not-utf8', 'stdin'],
    ['deploy one two', 'usage.extra-operand', 'hop3 deploy [dir]'],
    ['exec blog', 'usage.missing-command', 'hop3 exec blog --'],
  ])('hop3 %s', (line, code, hint) => {
    expect(problem(line)).toMatchObject({ code, hint: expect.stringContaining(hint) })
  })

  test('unprintable words are shown as what they are', () => {
    expect(problem('dep\u001b[31mloy').message).toContain(String.raw`\u001b`)
  })
})
