import type { CommandSpec } from '../command-spec.ts'
import { appOption } from './plan-options.ts'

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
    name: 'proxy',
    summary: 'Say which proxy serves, or move all apps to another.',
    operands: [
      { label: '[use]', complete: ['use'] },
      { label: '[name]', complete: ['embedded', 'nginx', 'caddy'] },
    ],
    atLeast: 0,
    atMost: 2,
    options: [
      {
        name: 'tls',
        value: 'how',
        summary: 'HTTPS: internal or auto (Caddy), certificate.pem:key.pem, an ACME directory, or off',
      },
      { name: 'tls-listen', value: 'address', summary: 'Where HTTPS answers (default: port 443 where HTTP has 80, else 8443)' },
    ],
    notes: ['Both proxies serve while all apps move. What it is given is kept; HOP3_PROXY, HOP3_TLS and HOP3_TLS_LISTEN go before it.'],
    examples: [
      ['hop3 proxy', 'names the proxy, its process and its apps'],
      ['hop3 proxy use nginx', 'moves all apps to the nginx of this host'],
      ['hop3 proxy use caddy --tls internal', 'moves them, and serves them by HTTPS'],
    ],
    load: () => import('../commands/proxy.ts'),
  },
  {
    name: 'nix',
    summary: 'Templates, locks and checks of builds by Nix, its nixpkgs and caches, and an app as a NixOS module.',
    operands: [
      { label: '<eject|lock|check|pin|module|push|cache>', complete: ['eject', 'lock', 'check', 'pin', 'module', 'push', 'cache'] },
      { label: '[place]', complete: 'directory' },
    ],
    atLeast: 1,
    atMost: 2,
    options: [
      appOption,
      { name: 'accept', summary: 'Let `lock` replace a hash though nothing that names the download has changed' },
      { name: 'sha256', value: 'hash', summary: 'The hash of what `pin` unpacks from an address' },
      { name: 'output', short: 'o', value: 'dir', summary: 'Where `module` writes its files' },
      { name: 'key', value: 'file', summary: 'The secret key `push` signs with, or the public one `cache` trusts' },
      { name: 'remove', summary: 'Let `cache` ask this cache no more' },
      { name: 'port', value: 'n', summary: 'Of the first web instance, for `module` (default 8000)' },
    ],
    notes: [
      'The place is a directory: of the app, for `eject`, `lock` and `check`; of nixpkgs, or its address, for `pin`. For `module` it is an app; for `push` and `cache`, the address of a cache.',
    ],
    examples: [
      ['hop3 nix eject', "writes hop3.nix and hop3-plan.json into the source, which are the app's own from then on"],
      ['hop3 nix lock', 'writes the hash of what is downloaded into hop3.lock.json'],
      ['hop3 nix check', 'builds twice and compares'],
      ['hop3 nix module blog -o blog', 'writes a NixOS module of what serves now'],
      ['hop3 nix push file:///srv/cache --key secret.key', 'puts what serves now into a cache, signed'],
      ['hop3 nix push ssh://cache.example.com --key secret.key', 'puts it into the store of another host, signed'],
      ['hop3 nix cache https://cache.example.com --key public.key', 'lets this host take what is signed there'],
      ['hop3 nix pin /srv/nixpkgs', 'is what <nixpkgs> means to every app of this host'],
    ],
    load: () => import('../commands/nix.ts'),
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
