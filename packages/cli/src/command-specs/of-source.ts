import type { CommandSpec } from '../command-spec.ts'
import { appOption, clusterOptions, planOptions, waitOption } from './plan-options.ts'

const directory = { label: '[dir]', complete: 'directory' } as const
const allowPrivileged = {
  name: 'allow-privileged',
  summary: 'Let services of the compose file reach the host: privileged, its directories, its network',
}
const force = { name: 'force', summary: 'Build and start a new release even when nothing changed' }
const dryRun = { name: 'dry-run', summary: 'Build, and show what the cluster would change, without changing it' }
const buildAnew = { name: 'force', summary: 'Build a new release even when nothing changed' }

/** Commands that begin with an app's source. */
export const sourceCommands: readonly CommandSpec[] = [
  {
    name: 'init',
    summary: 'Write a hop3.toml to start from.',
    operands: [directory],
    atLeast: 0,
    atMost: 1,
    options: [appOption],
    notes: ['Most apps need no hop3.toml; `hop3 plan` shows what happens without one. An existing file is never touched.'],
    examples: [['hop3 init', 'writes hop3.toml into this directory']],
    load: () => import('../commands/init.ts'),
  },
  {
    name: 'detect',
    summary: 'Ask every strategy whether it takes the app, and show all answers.',
    operands: [directory],
    atLeast: 0,
    atMost: 1,
    options: [appOption, ...planOptions, { name: 'explain', summary: 'Also name the layer and place of every value of the plan' }],
    examples: [['hop3 detect .', 'says who would build this app, who would not, and why']],
    load: () => import('../commands/detect.ts'),
  },
  {
    name: 'plan',
    summary: 'Show what building the app would do, without doing it.',
    operands: [directory],
    atLeast: 0,
    atMost: 1,
    options: [
      {
        name: 'format',
        value: 'format',
        choices: ['text', 'json', 'toml', 'dot', 'svg'],
        summary: 'text (default), the plan alone as json or toml, or a picture of it as dot or svg',
      },
      { name: 'explain', summary: 'Name the layer and place of every value, and what it replaced' },
      { name: 'diff', summary: 'Show what has changed since the release that runs' },
      { name: 'schema', summary: 'Print the JSON Schema of hop3.toml, plans and toolchain options included' },
      appOption,
      ...planOptions,
    ],
    examples: [
      ['hop3 plan', "shows this app's phases, versions and workers"],
      ['hop3 plan --format json', 'prints the BuildPlan and nothing else'],
      ['hop3 plan --explain', 'says of every value where it was written and what it replaced'],
    ],
    load: () => import('../commands/plan.ts'),
  },
  {
    name: 'freeze',
    summary: 'Print the plan with every decision made, to be kept with the app.',
    operands: [directory],
    atLeast: 0,
    atMost: 1,
    options: [{ name: 'format', value: 'format', choices: ['toml', 'json'], summary: 'toml (default) or json' }, appOption, ...planOptions],
    notes: ['As nixpacks.toml (or .json) of the app it is the plan: nothing is detected any more, and newer toolchains change nothing.'],
    examples: [['hop3 freeze > nixpacks.toml', 'freezes the plan of this app']],
    load: () => import('../commands/freeze.ts'),
  },
  {
    name: 'build',
    summary: 'Build the app into a new release that nobody sees yet.',
    operands: [{ label: '[dir|app]', complete: 'directory' }],
    atLeast: 0,
    atMost: 1,
    options: [
      { name: 'output', short: 'o', value: 'file', summary: 'Also write the BuildArtifact to this file' },
      { name: 'print-dockerfile', summary: "Print the build plan as a Dockerfile for the app's source, without building" },
      appOption,
      waitOption,
      buildAnew,
      ...planOptions,
    ],
    notes: [
      'When source and configuration are those of the newest release, nothing is built. The next deploy of the same source takes what was built.',
      'A name that is no directory is taken as the name of the app whose source is the current directory.',
    ],
    examples: [['hop3 build . --output artifact.json', 'builds this app; `hop3 run` puts the artifact live']],
    load: () => import('../commands/build.ts'),
  },
  {
    name: 'run',
    summary: 'Put an artifact live that was built before.',
    operands: [{ label: '<app>', complete: 'app' }],
    atLeast: 1,
    atMost: 1,
    options: [
      { name: 'artifact', value: 'file', summary: 'The artifact, as `hop3 build --output` wrote it (needed)' },
      waitOption,
      ...clusterOptions,
    ],
    examples: [['hop3 run blog --artifact artifact.json', 'starts it beside what runs, then switches over']],
    load: () => import('../commands/run.ts'),
  },
  {
    name: 'deploy',
    summary: 'Build the app and put it live, with the old version up until the new one answers.',
    operands: [directory],
    atLeast: 0,
    atMost: 1,
    options: [appOption, waitOption, force, dryRun, allowPrivileged, ...clusterOptions, ...planOptions],
    notes: ['When source, configuration and variables are those of the running release, nothing is done.'],
    examples: [
      ['hop3 deploy', 'deploys the app in this directory'],
      ['hop3 deploy ~/src/blog --app blog-staging', 'deploys it under another name'],
    ],
    load: () => import('../commands/deploy.ts'),
  },
]
