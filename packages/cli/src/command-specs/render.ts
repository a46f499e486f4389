import type { CommandSpec } from '../command-spec.ts'
import { appOption, clusterOptions, waitOption } from './plan-options.ts'

export const renderCommand: CommandSpec = {
  name: 'render',
  summary: 'Print what a deploy would tell Kubernetes, Compose, a swarm or systemd.',
  operands: [{ label: '[app]', complete: 'app' }],
  atLeast: 0,
  atMost: 1,
  options: [
    {
      name: 'target',
      value: 'name',
      choices: ['kubernetes', 'compose', 'swarm', 'systemd'],
      summary: 'Whom it would be told (default: the one the app is deployed to)',
    },
    { name: 'release', value: 'id', summary: 'This release, instead of the current one or, where none serves yet, the newest' },
    appOption,
    waitOption,
    ...clusterOptions,
  ],
  notes: [
    'The same release gives the same text in every time zone and language. Values of variables that were set for the app are not in it.',
  ],
  examples: [['hop3 render blog --target kubernetes > blog.yaml', 'for a repository that a cluster is kept in step with']],
  load: () => import('../commands/render.ts'),
}
