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
