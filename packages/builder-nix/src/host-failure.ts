/** Failures of the host's Nix that the app's author can do nothing about. */
import { hop3Error, type Hop3Error } from '@hop3/core'
import type { NixProblem } from './nix-events.ts'
import { noNamespaces } from './sandbox.ts'
import type { NixSession } from './session.ts'

interface Known {
  readonly pattern: RegExp
  readonly code: string
  readonly saw: string
  readonly hint: string
}

const known: readonly Known[] = [
  {
    pattern:
      /^the group '[^']*' specified in 'build-users-group' does not exist|^there are no users in group|^the build users group '[^']*' has no members/,
    code: 'environment.nix-build-users',
    saw: 'its nix.conf names a group of build users that this host does not have',
    hint: 'Make the group and its users (`sudo apt-get install nix-setup-systemd` does on Debian), or write `build-users-group =` into nix.conf.',
  },
  {
    pattern: noNamespaces,
    code: 'environment.nix-sandbox',
    saw: 'this system does not let Nix build in a sandbox',
    hint: 'Allow user namespaces (`sysctl kernel.unprivileged_userns_clone=1`, or a privileged container), or write `sandbox = "off"` into [build.nix].',
  },
  {
    pattern: ending('No space left on device|database or disk is full'),
    code: 'environment.disk-full',
    saw: 'the disk of the Nix store is full',
    hint: 'Free some space: `nix-collect-garbage` deletes what no release needs.',
  },
  {
    pattern: ending('Read-only file system|attempt to write a readonly database'),
    code: 'environment.read-only',
    saw: 'the Nix store is read-only',
    hint: 'Mount it writable, or use another one: set NIX_STORE_DIR and NIX_STATE_DIR to directories that are.',
  },
  {
    pattern: /^experimental Nix feature '[^']+' is disabled|^attribute '(?:getFlake|fetchTree|fetchClosure)' missing/,
    code: 'environment.nix-feature',
    saw: 'the build needs an experimental feature of Nix that is disabled',
    hint: 'Enable it in nix.conf: `experimental-features = nix-command flakes`, or do without it in hop3.nix.',
  },
  {
    pattern: ending('Permission denied|Operation not permitted'),
    code: 'environment.permission',
    saw: 'this user may not use the Nix store',
    hint: 'Add the user to the group that may use the daemon (`nix-users` on Debian), or use a store of your own: set NIX_STORE_DIR and NIX_STATE_DIR.',
  },
  {
    pattern: /^cannot connect to (?:socket|daemon)|^cannot open connection to remote store/,
    code: 'environment.nix-daemon',
    saw: 'the Nix daemon does not answer',
    hint: 'Start it: `sudo systemctl start nix-daemon`.',
  },
  {
    pattern: /^cannot connect to '|^failed to start SSH/,
    code: 'environment.nix-cache',
    saw: 'a cache that this host asks does not answer',
    hint: 'See what `ssh <host> nix-store --version` says, which has to work without a question; or do not ask it any more: `hop3 nix cache ssh://<host> --remove`.',
  },
  {
    pattern:
      /^(?:hash|size) mismatch importing path|^path '[^']+' is corrupt|^error parsing derivation '|^executing SQLite .*database disk image is malformed/,
    code: 'environment.nix-store-damaged',
    saw: 'the Nix store is damaged',
    hint: 'Find and mend what is damaged: `nix-store --verify --check-contents --repair`.',
  },
]

/** Of the last of Nix's errors, which is why it gave up: of the others, and of what belongs to the app, any word may be anybody's. */
export function hostFailure({ context }: NixSession, problems: readonly NixProblem[]): Hop3Error | undefined {
  return knownFailure(`Cannot build ${context.appName} with Nix`, problems.at(-1)?.reason ?? '')
}

/** `said`: why a program of Nix gave up, without its mark. */
export function knownFailure(attempted: string, said: string): Hop3Error | undefined {
  const reason = said.trim()
  const found = known.find(({ pattern }) => pattern.test(reason))
  if (found === undefined) return undefined
  return hop3Error(found.code, `${attempted}: ${found.saw} (${reason.slice(0, 300)}).`, {
    hint: found.hint,
    details: { reason: reason.slice(0, 2_000) },
    class: 'environment',
  })
}

/** `writing to file: No space left on device`, of the system; the database names itself behind it. */
function ending(words: string): RegExp {
  return new RegExp(`^[^\\n]+: (?:${words})(?: \\(in '[^']*'\\))?$`)
}
