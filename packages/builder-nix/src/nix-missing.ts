import { hop3Error, type Hop3Error } from '@hop3/core'

/** `what`: "This app is built". */
export function nixMissing(what: string, cause: unknown): Hop3Error {
  return hop3Error('environment.nix-missing', `${what} with Nix, which this host does not have: no nix-store is on PATH.`, {
    hint: 'Install it: `sudo apt-get install nix-bin` on Debian and Ubuntu, or the installer of https://nixos.org/download.',
    cause,
  })
}
