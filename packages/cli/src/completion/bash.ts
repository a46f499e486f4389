import type { CommandSpec } from '../command-spec.ts'
import { completionChoices, optionWords, valueOptionWords } from './words.ts'

/** Made to be evaluated in ~/.bashrc. Needs nothing but bash 4: the bash-completion package may be missing. */
export function bashCompletion(commands: readonly CommandSpec[]): string {
  const cases = commands.map(
    (command) => `    ${command.name})
      options='${optionWords(command).join(' ')}'
      with_value='${valueOptionWords(command).join(' ')}'
      choices=(${completionChoices(command)
        .map((choice) => `'${choice}'`)
        .join(' ')})
      ;;`,
  )
  return `# hop3 completion for bash. In ~/.bashrc: eval "$(hop3 completion bash)"
_hop3() {
  local word=\${COMP_WORDS[COMP_CWORD]} previous='' command='' options='' with_value='' index position=0
  local -a choices=()
  COMPREPLY=()
  (( COMP_CWORD > 0 )) && previous=\${COMP_WORDS[COMP_CWORD-1]}
  for (( index = 1; index < COMP_CWORD; index++ )); do
    case \${COMP_WORDS[index]} in
      -*) ;;
      *) if [[ -z $command ]]; then command=\${COMP_WORDS[index]}; else position=$(( position + 1 )); fi ;;
    esac
  done
  if [[ -z $command ]]; then
    COMPREPLY=( $(compgen -W '${commands.map((command) => command.name).join(' ')} help --version ${optionWords(undefined).join(' ')}' -- "$word") )
    return
  fi
  case $command in
${cases.join('\n')}
    help) choices=('words:${commands.map((command) => command.name).join(' ')}') ;;
  esac
  if [[ " $with_value " == *" $previous "* ]]; then
    COMPREPLY=( $(compgen -f -- "$word") )
    return
  fi
  if [[ $word == -* ]]; then
    COMPREPLY=( $(compgen -W "$options" -- "$word") )
    return
  fi
  case \${choices[position]:-} in
    directory) COMPREPLY=( $(compgen -d -- "$word") ) ;;
    file) COMPREPLY=( $(compgen -f -- "$word") ) ;;
    app) COMPREPLY=( $(compgen -W "$(hop3 completion apps 2>/dev/null)" -- "$word") ) ;;
    words:*) COMPREPLY=( $(compgen -W "\${choices[position]#words:}" -- "$word") ) ;;
  esac
}
complete -o filenames -o bashdefault -F _hop3 hop3
`
}
