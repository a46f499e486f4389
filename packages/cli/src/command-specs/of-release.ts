import type { CommandSpec } from '../command-spec.ts'
import { appOperand as app, appOption, waitOption } from './plan-options.ts'

/** Commands about the releases that an app has. */
export const releaseCommands: readonly CommandSpec[] = [
  {
    name: 'releases',
    summary: 'List the releases that are kept.',
    operands: [app],
    atLeast: 0,
    atMost: 1,
    options: [appOption],
    examples: [['hop3 releases blog', 'lists what `hop3 rollback` can go back to']],
    load: () => import('../commands/releases.ts'),
  },
  {
    name: 'verify',
    summary: 'Check that what releases are made of is as it was built.',
    operands: [app],
    atLeast: 0,
    atMost: 1,
    options: [{ name: 'release', value: 'id', summary: 'Only this release' }, appOption],
    notes: [
      'Of a release that Nix built: every path it needs of the store. Of an image: whether the engine has it. Of one that was built here: its files, which an app with processes may change itself.',
      'It exits with 50 where anything is damaged, and changes nothing.',
    ],
    examples: [['hop3 verify blog', 'checks every release that is kept']],
    load: () => import('../commands/verify.ts'),
  },
  {
    name: 'export',
    summary: 'Write a release into one file, to be imported on another host.',
    operands: [{ label: '[app|artifact]', complete: 'app' }],
    atLeast: 0,
    atMost: 1,
    options: [
      { name: 'output', short: 'o', value: 'file', summary: 'The file to write (default <app>.hop3)' },
      { name: 'release', value: 'id', summary: 'This release, instead of the current one or, where none serves yet, the newest' },
      appOption,
    ],
    notes: ["The app's variables and data are never in it.", 'An artifact is the path of a file that `hop3 build --output` wrote.'],
    examples: [['hop3 export blog -o blog.hop3', 'writes what serves now']],
    load: () => import('../commands/export.ts'),
  },
  {
    name: 'import',
    summary: 'Make a release of what `hop3 export` wrote, on this host or another.',
    operands: [{ label: '<file>', complete: 'file' }],
    atLeast: 1,
    atMost: 1,
    options: [
      { name: 'app', value: 'name', summary: "The app's name here, instead of the one it had" },
      { name: 'deploy', summary: 'Put it live at once' },
      { name: 'sha256', value: 'digest', summary: 'Refuse any other file: what `hop3 export` said' },
      waitOption,
    ],
    notes: ['The whole file is checked before anything is written. Importing and running it is trusting who made it.'],
    examples: [
      ['hop3 import blog.hop3', 'makes a release that nobody sees yet'],
      ['hop3 import blog.hop3 --app blog-staging --deploy', 'puts it live under another name'],
    ],
    load: () => import('../commands/import.ts'),
  },
  {
    name: 'systemd',
    summary: "Print the app's workers as units for systemd.",
    operands: [app],
    atLeast: 0,
    atMost: 1,
    options: [
      { name: 'output', short: 'o', value: 'dir', summary: 'Write the units, and what was set for the app, into this directory' },
      { name: 'user', value: 'name', summary: 'Who the workers run as (default: you)' },
      { name: 'port', value: 'n', summary: 'Where the first web instance listens (default 8000); each further one has the next' },
      { name: 'variables-file', value: 'file', summary: "Where the app's variables will lie (default /etc/hop3/<app>.env)" },
      appOption,
      waitOption,
    ],
    notes: [
      'They run the current release as it is now, which stays until you print them again: do that after a deploy, and install them again. Stop what Hop3 itself runs of the app.',
    ],
    examples: [
      ['hop3 systemd blog', 'shows them'],
      ['hop3 systemd blog -o units --user blog', 'writes them, and says how to install them'],
    ],
    load: () => import('../commands/systemd.ts'),
  },
]
