import type { OptionSpec } from './command-spec.ts'

/** What every command takes, before or after its name. */
export const globalOptions: readonly OptionSpec[] = [
  { name: 'json', summary: 'Events as JSON lines on stdout, the result as the last one' },
  { name: 'quiet', short: 'q', summary: 'Only warnings, errors and the result' },
  { name: 'verbose', short: 'v', summary: 'Everything, with the causes of errors' },
  { name: 'plugin-root', value: 'dir', repeatable: true, summary: 'Also look for plugins among the dependencies of this package' },
  { name: 'help', short: 'h', summary: 'Say what a command does' },
]
