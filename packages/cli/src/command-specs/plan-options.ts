import type { OptionSpec } from '../command-spec.ts'

export const appOption: OptionSpec = { name: 'app', value: 'name', summary: "The app's name, instead of its [metadata] id or directory" }

export const waitOption: OptionSpec = { name: 'wait', summary: 'Wait for another command that changes the app, instead of failing' }

/** Whatever plans an app takes these: the topmost layer of its build plan. */
export const planOptions: readonly OptionSpec[] = [
  { name: 'builder', value: 'name', summary: 'Build with this strategy' },
  { name: 'deployer', value: 'name', summary: 'Deploy with this strategy' },
  { name: 'toolchain', value: 'name', repeatable: true, summary: 'Use this toolchain; repeat it for several' },
  { name: 'install-cmd', value: 'command', summary: 'Install with this command' },
  { name: 'build-cmd', value: 'command', summary: 'Build with this command' },
  { name: 'start-cmd', value: 'command', summary: 'Start the web worker with this command' },
]
