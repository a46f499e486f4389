import { expect, test } from 'vitest'
import { commands } from '../src/commands.ts'
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
