import type { CommandSpec } from '../command-spec.ts'

/** Commands about this machine and this program. */
export const hostCommands: readonly CommandSpec[] = [
  {
    name: 'doctor',
    summary: 'Check that this machine has what deploying needs.',
    operands: [],
    atLeast: 0,
    atMost: 0,
    options: [],
    examples: [['hop3 doctor', 'names what is missing and the line that mends it']],
    load: () => import('../commands/doctor.ts'),
  },
  {
    name: 'plugins',
    summary: 'List the packages strategies come from, and what was ignored and why.',
    operands: [],
    atLeast: 0,
    atMost: 0,
    options: [],
    examples: [['hop3 plugins --verbose', 'with the whole cause of what could not be loaded']],
    load: () => import('../commands/plugins.ts'),
  },
  {
    name: 'completion',
    summary: 'Print a script that completes hop3 commands in a shell.',
    operands: [{ label: '<bash|zsh|fish>', complete: ['bash', 'zsh', 'fish'] }],
    atLeast: 1,
    atMost: 1,
    options: [],
    examples: [
      ['eval "$(hop3 completion bash)"', 'in ~/.bashrc'],
      ['hop3 completion fish > ~/.config/fish/completions/hop3.fish', 'once, for fish'],
    ],
    load: () => import('../commands/completion.ts'),
  },
]
