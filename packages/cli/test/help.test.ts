import { expect, test } from 'vitest'
import { commands } from '../src/commands.ts'
import { globalOptions } from '../src/global-options.ts'
import { helpText } from '../src/render/help.ts'

test('the overview', () => {
  expect(helpText(undefined)).toMatchSnapshot()
})

test.each(commands.map((command) => [command.name, command] as const))('hop3 %s --help', (name, command) => {
  const text = helpText(command)
  expect(text).toMatchSnapshot()
  expect(text).toMatch(new RegExp(`^Example.*\\n(?:.*\\n)*?.*hop3 ${name}`, 'm'))
})

test('every command is offered once, and its module is there', async () => {
  const names = commands.map((command) => command.name)
  expect(new Set(names).size).toBe(names.length)
  for (const command of commands) expect(await command.load()).toHaveProperty('run', expect.any(Function))
})

/** Node looks for these in the whole command line, behind the script as well, whatever its manual says. */
const takenByNode = new Set(['--env-file', '--env-file-if-exists', '--experimental-config-file', '--experimental-default-config-file'])

test('no option is one that Node takes for itself', () => {
  const names = [...globalOptions, ...commands.flatMap(({ options }) => options)].map(({ name }) => `--${name}`)
  expect(names.filter((name) => takenByNode.has(name) || process.allowedNodeEnvironmentFlags.has(name))).toEqual([])
})
