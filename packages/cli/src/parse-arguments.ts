import { hop3Error, visible } from '@hop3/core'
import { parseArgs } from './node-util.ts'
import type { CommandSpec, OptionSpec } from './command-spec.ts'
import { didYouMean } from './did-you-mean.ts'
import { globalOptions } from './global-options.ts'
import type { Options } from './invocation.ts'

export type Parsed =
  | { readonly kind: 'help'; readonly command: CommandSpec | undefined }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'run'
      readonly command: CommandSpec
      readonly options: Options
      readonly operands: readonly string[]
      readonly commandLine: readonly string[] | undefined
    }

type Value = string | boolean | readonly string[]

/** Turns the words after `hop3` into one of three intents. Throws `usage.*` with the nearest thing that exists. */
export function parseArguments(words: readonly string[], commands: readonly CommandSpec[]): Parsed {
  checkEncoding(words)
  const end = words.indexOf('--')
  const before = end === -1 ? words : words.slice(0, end)
  const after = end === -1 ? undefined : words.slice(end + 1)
  const at = commandAt(before)
  const name = before[at]

  if (name === undefined) return withoutCommand(before)
  if (name === 'help') return { kind: 'help', command: before[at + 1] === undefined ? undefined : findCommand(before[at + 1]!, commands) }
  const command = findCommand(name, commands)
  const { values, operands } = parseWords([...before.slice(0, at), ...before.slice(at + 1)], command)
  if (values.get('help') === true) return { kind: 'help', command }

  const all = command.takesCommandLine ? operands : [...operands, ...(after ?? [])]
  checkOperands(command, all)
  if (command.takesCommandLine && (after ?? []).length === 0)
    throw hop3Error('usage.missing-command', `\`hop3 ${command.name}\` was given nothing to run.`, {
      hint: `Write ${command.examples[0]?.[0]}`,
    })
  return { kind: 'run', command, options: createOptions(values), operands: all, commandLine: command.takesCommandLine ? after : undefined }
}

/** The first word that is neither an option nor the value of one, as it was typed; undefined where there is none. */
export function commandWord(words: readonly string[]): string | undefined {
  const end = words.indexOf('--')
  const before = end === -1 ? words : words.slice(0, end)
  return before[commandAt(before)]
}

function commandAt(words: readonly string[]): number {
  return words.findIndex((word, index) => !word.startsWith('-') && !isValueOfGlobal(words[index - 1]))
}

/** Node has put U+FFFD in the place of every byte that is not UTF-8: neither a value nor a command would be what was typed. */
function checkEncoding(words: readonly string[]): void {
  const at = words.findIndex((word) => word.includes('\uFFFD'))
  if (at === -1) return
  throw hop3Error('usage.not-utf8', `Word ${at + 1} after hop3 is not UTF-8.`, {
    hint: 'Type it in UTF-8. A value with U+FFFD itself is taken from stdin or a file: hop3 env set <app> NAME < file',
  })
}

function isValueOfGlobal(previous: string | undefined): boolean {
  return globalOptions.some((option) => option.value !== undefined && previous === `--${option.name}`)
}

function withoutCommand(words: readonly string[]): Parsed {
  if (words.includes('--version') || words.includes('-V')) return { kind: 'version' }
  parseWords(words, undefined)
  return { kind: 'help', command: undefined }
}

function findCommand(name: string, commands: readonly CommandSpec[]): CommandSpec {
  const found = commands.find((command) => command.name === name)
  if (found !== undefined) return found
  const meant = didYouMean(
    name,
    commands.map((command) => command.name),
  )
  throw hop3Error('usage.unknown-command', `hop3 has no command ${visible(name)}.`, {
    hint: `${meant === undefined ? '' : `Did you mean \`hop3 ${meant}\`? `}\`hop3 --help\` lists the commands.`,
  })
}

function parseWords(words: readonly string[], command: CommandSpec | undefined): { values: Map<string, Value>; operands: string[] } {
  const known = [...(command?.options ?? []), ...globalOptions]
  const { tokens } = parseArgs({ args: [...words], options: toParseArgs(known), strict: false, allowPositionals: true, tokens: true })
  const values = new Map<string, Value>()
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const option = known.find((one) => one.name === token.name)
    if (option === undefined) throw unknownOption(token.rawName, known, command)
    values.set(option.name, valueOf(option, token, values.get(option.name)))
  }
  return { values, operands }
}

function toParseArgs(options: readonly OptionSpec[]) {
  return Object.fromEntries(
    options.map((option) => [
      option.name,
      { type: option.value === undefined ? ('boolean' as const) : ('string' as const), ...(option.short && { short: option.short }) },
    ]),
  )
}

interface OptionToken {
  readonly rawName: string
  readonly value?: string | undefined
  readonly inlineValue?: boolean | undefined
}

function valueOf(option: OptionSpec, token: OptionToken, earlier: Value | undefined): Value {
  if (option.value === undefined) {
    if (token.value === undefined) return true
    throw hop3Error('usage.unexpected-value', `${token.rawName} takes no value, and was given ${visible(token.value)}.`, {
      hint: `Write ${token.rawName} alone.`,
    })
  }
  if (token.value === undefined || (token.inlineValue !== true && token.value.startsWith('-') && token.value !== '-'))
    throw hop3Error('usage.missing-value', `${token.rawName} needs a value.`, { hint: `Write ${token.rawName} <${option.value}>.` })
  if (option.choices !== undefined && !option.choices.includes(token.value))
    throw hop3Error('usage.bad-value', `${token.rawName} cannot be ${visible(token.value)}.`, {
      hint: `Write one of: ${option.choices.join(', ')}.`,
    })
  return option.repeatable ? [...(Array.isArray(earlier) ? earlier.map(String) : []), token.value] : token.value
}

function unknownOption(rawName: string, known: readonly OptionSpec[], command: CommandSpec | undefined): Error {
  const meant = didYouMean(
    rawName.replace(/^-+/, ''),
    known.map((option) => option.name),
  )
  const where = command === undefined ? 'hop3' : `hop3 ${command.name}`
  return hop3Error('usage.unknown-option', `\`${where}\` has no option ${visible(rawName)}.`, {
    hint: `${meant === undefined ? '' : `Did you mean --${meant}? `}\`${where} --help\` lists the options.`,
  })
}

function checkOperands(command: CommandSpec, operands: readonly string[]): void {
  const usage = `hop3 ${[command.name, ...command.operands.map((operand) => operand.label)].join(' ')}`
  if (operands.length < command.atLeast)
    throw hop3Error(
      'usage.missing-operand',
      `\`hop3 ${command.name}\` needs ${command.operands[operands.length]?.label ?? 'more words'}.`,
      {
        hint: `Write: ${usage}. For example: ${command.examples[0]?.[0]}`,
      },
    )
  if (operands.length > command.atMost)
    throw hop3Error(
      'usage.extra-operand',
      `\`hop3 ${command.name}\` does not know what to do with ${visible(operands[command.atMost] ?? '')}.`,
      {
        hint: `Write: ${usage}`,
      },
    )
}

function createOptions(values: ReadonlyMap<string, Value>): Options {
  return {
    flag: (name) => values.get(name) === true,
    text: (name) => {
      const value = values.get(name)
      return typeof value === 'string' ? value : undefined
    },
    list: (name) => {
      const value = values.get(name)
      return Array.isArray(value) ? value.map(String) : []
    },
  }
}
