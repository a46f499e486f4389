import { commandGroups } from '../commands.ts'
import type { CommandSpec, OptionSpec } from '../command-spec.ts'
import { globalOptions } from '../global-options.ts'

/** The overview, or all about one command. */
export function helpText(command: CommandSpec | undefined): string {
  return command === undefined ? overview() : commandHelp(command)
}

function overview(): string {
  const groups = commandGroups.map(({ title, commands }) =>
    section(
      title,
      commands.map((command) => [command.name, command.summary]),
    ),
  )
  return [
    'Usage: hop3 <command> [options]',
    'Builds, deploys and scales apps on this machine, with the old version up until the new one answers.',
    ...groups,
    section('Options of every command', [...globalOptions.map(optionRow), ['-V, --version', 'Print the version']]),
    section('Example', [
      ['hop3 deploy .', 'builds the app in this directory and puts it live'],
      ['hop3 <command> --help', 'says all about one command'],
    ]),
  ].join('\n\n')
}

function commandHelp(command: CommandSpec): string {
  const operands = command.operands.map((operand) => operand.label)
  return [
    `Usage: ${['hop3', command.name, ...operands].join(' ')} [options]`,
    command.summary,
    ...(command.notes ?? []),
    ...(command.options.length > 0 ? [section('Options', command.options.map(optionRow))] : []),
    section('Options of every command', globalOptions.map(optionRow)),
    section(command.examples.length > 1 ? 'Examples' : 'Example', command.examples),
  ].join('\n\n')
}

function optionRow(option: OptionSpec): readonly [string, string] {
  const value = option.value === undefined ? '' : ` <${option.value}>`
  const short = option.short === undefined ? '    ' : `-${option.short}, `
  return [`${short}--${option.name}${value}`, option.summary]
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return [`${title}:`, ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)].join('\n')
}
