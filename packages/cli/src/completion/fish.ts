import type { CommandSpec, OperandSpec, OptionSpec } from '../command-spec.ts'
import { globalOptions } from '../global-options.ts'

/** Made to be saved as ~/.config/fish/completions/hop3.fish. */
export function fishCompletion(commands: readonly CommandSpec[]): string {
  const names = commands.map((command) => command.name).join(' ')
  return `# hop3 completion for fish. Save as ~/.config/fish/completions/hop3.fish
complete -c hop3 -f
${commands.map((command) => `complete -c hop3 -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`).join('\n')}
complete -c hop3 -n __fish_use_subcommand -a help -d 'Say what a command does'
complete -c hop3 -n '__fish_seen_subcommand_from help' -a '${names}'
${globalOptions.map((option) => optionLine(option, undefined)).join('\n')}
${commands.flatMap(commandLines).join('\n')}
`
}

function commandLines(command: CommandSpec): readonly string[] {
  return [
    ...command.options.map((option) => optionLine(option, command.name)),
    ...command.operands.flatMap((operand) => operandLine(operand, command.name)),
  ]
}

function optionLine(option: OptionSpec, command: string | undefined): string {
  const condition = command === undefined ? '' : ` -n '__fish_seen_subcommand_from ${command}'`
  const short = option.short === undefined ? '' : ` -s ${option.short}`
  const value = option.value === undefined ? '' : option.choices ? ` -x -a '${option.choices.join(' ')}'` : ' -r -F'
  return `complete -c hop3${condition} -l ${option.name}${short}${value} -d ${quoted(option.summary)}`
}

function operandLine({ complete }: OperandSpec, command: string): readonly string[] {
  if (complete === undefined) return []
  const offer =
    typeof complete === 'string'
      ? { directory: "-a '(__fish_complete_directories)'", file: '-F', app: "-a '(hop3 completion apps 2>/dev/null)'" }[complete]
      : `-a '${complete.join(' ')}'`
  return [`complete -c hop3 -n '__fish_seen_subcommand_from ${command}' ${offer}`]
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
}
