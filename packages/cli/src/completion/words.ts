import type { CommandSpec, OptionSpec } from '../command-spec.ts'
import { globalOptions } from '../global-options.ts'

/** `--json`, `-v`, …: what a command takes. */
export function optionWords(command: CommandSpec | undefined): readonly string[] {
  return optionsOf(command).flatMap(words)
}

/** Those after which a value stands. */
export function valueOptionWords(command: CommandSpec | undefined): readonly string[] {
  return optionsOf(command)
    .filter((option) => option.value !== undefined)
    .flatMap(words)
}

/** By position: `directory`, `file`, `app`, `words:a b c`, or nothing. */
export function completionChoices(command: CommandSpec): readonly string[] {
  return command.operands.map(({ complete }) => {
    if (complete === undefined) return ''
    return typeof complete === 'string' ? complete : `words:${complete.join(' ')}`
  })
}

export function optionsOf(command: CommandSpec | undefined): readonly OptionSpec[] {
  return [...(command?.options ?? []), ...globalOptions]
}

function words(option: OptionSpec): readonly string[] {
  return option.short === undefined ? [`--${option.name}`] : [`--${option.name}`, `-${option.short}`]
}
