import type { OptionSpec } from '../command-spec.ts'

/** Without it the app of the current directory is meant. */
export const appOperand = { label: '[app]', complete: 'app' } as const

export const appOption: OptionSpec = { name: 'app', value: 'name', summary: "The app's name, instead of its [metadata] id or directory" }

export const waitOption: OptionSpec = { name: 'wait', summary: 'Wait for another command that changes the app, instead of failing' }

/** Of a deploy to a cluster. The commands after it go where the app is. */
export const clusterOptions: readonly OptionSpec[] = [
  { name: 'context', value: 'name', summary: 'Use this context of the kubeconfig, for a deploy to Kubernetes' },
  { name: 'namespace', value: 'name', summary: 'Use this namespace of the cluster, which is there' },
]

/** Whatever plans an app takes these: the topmost layer of its build plan. */
export const planOptions: readonly OptionSpec[] = [
  { name: 'builder', value: 'name', summary: 'Build with this strategy' },
  { name: 'deployer', value: 'name', summary: 'Deploy with this strategy' },
  {
    name: 'provider',
    value: 'name',
    repeatable: true,
    summary: 'Plan with this provider; repeat it for several, "..." is what was detected',
  },
  { name: 'toolchain', value: 'name', repeatable: true, summary: 'The same as --provider' },
  { name: 'allow-provider-code', summary: 'Run exec: providers also where this host cannot keep them from the network' },
  { name: 'install-cmd', value: 'command', summary: 'Install with this command' },
  { name: 'build-cmd', value: 'command', summary: 'Build with this command' },
  { name: 'start-cmd', value: 'command', summary: 'Start the web worker with this command' },
  { name: 'pkgs', value: 'names', repeatable: true, summary: 'Nix packages besides those of the plan' },
  { name: 'apt', value: 'names', repeatable: true, summary: 'Debian packages besides those of the plan' },
  { name: 'libs', value: 'names', repeatable: true, summary: 'Nix libraries besides those of the plan' },
  {
    name: 'env',
    short: 'e',
    value: 'NAME[=value]',
    repeatable: true,
    summary: 'A variable of the build, or HOP3_… to configure it; NAME alone takes the value of this shell',
  },
  { name: 'config', value: 'file', summary: 'Read this plan file of the app instead of nixpacks.toml or nixpacks.json' },
  { name: 'json-plan', value: 'json', summary: 'A plan over everything but the options: JSON, @file, or - for stdin' },
]
