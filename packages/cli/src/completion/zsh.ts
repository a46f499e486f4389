import type { CommandSpec, OperandSpec, OptionSpec } from '../command-spec.ts'
import { optionsOf } from './words.ts'

/** Made to be saved as `_hop3` in a directory of $fpath, or evaluated after compinit. */
export function zshCompletion(commands: readonly CommandSpec[]): string {
  const cases = commands.map(
    (command) => `    (${command.name})
      _arguments -s ${[...optionsOf(command).flatMap(optionArgument), ...command.operands.map(operandArgument)].join(' \\\n        ')}
      ;;`,
  )
  return `#compdef hop3
# hop3 completion for zsh. In ~/.zshrc, after compinit: eval "$(hop3 completion zsh)"
_hop3_apps() {
  local -a apps
  apps=(\${(f)"$(hop3 completion apps 2>/dev/null)"})
  _describe 'app' apps
}
_hop3() {
  local -a commands
  commands=(
${commands.map((command) => `    ${quoted(`${command.name}:${command.summary}`)}`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _hop3 ]]; then _hop3 "$@"; else compdef _hop3 hop3; fi
`
}

function optionArgument(option: OptionSpec): readonly string[] {
  const value = option.value === undefined ? '' : `:${option.value}:${option.choices ? `(${option.choices.join(' ')})` : '_files'}`
  const names = option.short === undefined ? [`--${option.name}`] : [`--${option.name}`, `-${option.short}`]
  return names.map((name) => quoted(`${option.repeatable ? '*' : ''}${name}[${option.summary.replace(/[[\]:]/g, '\\$&')}]${value}`))
}

function operandArgument({ label, complete }: OperandSpec, index: number): string {
  const action =
    typeof complete === 'string'
      ? { directory: '_files -/', file: '_files', app: '_hop3_apps' }[complete]
      : complete
        ? `(${complete.join(' ')})`
        : ' '
  return quoted(`${index + 1}:${label.replaceAll(':', ' ')}:${action}`)
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
