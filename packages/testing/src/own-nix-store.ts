import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The variables of a Nix store in `directory`, for programs of Nix and for Hop3: no daemon, no users that build, no sandbox, and no cache is
 * asked. `settings` are lines of its nix.conf that come last.
 */
export function ownNixStore(directory: string, settings = ''): Readonly<Record<string, string>> {
  const at = (name: string): string => join(directory, 'nix', name)
  mkdirSync(at('conf'), { recursive: true })
  writeFileSync(join(at('conf'), 'nix.conf'), `build-users-group =\nsandbox = false\nsubstitute = false\n${settings}`)
  return {
    NIX_STORE_DIR: at('store'),
    NIX_STATE_DIR: at('var'),
    NIX_LOG_DIR: at('log'),
    NIX_LOCALSTATE_DIR: at('local'),
    NIX_CONF_DIR: at('conf'),
    NIX_DATA_DIR: at('data'),
  }
}
