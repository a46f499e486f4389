/** Says for all apps of a host what `<nixpkgs>` means. */
import { statSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hop3Error, shellQuote, visible, writeFileAtomic } from '@hop3/core'
import { isAnonymous } from '../anonymous-url.ts'
import { hostPinPath } from '../nixpkgs-pin.ts'
import { nixpkgsPin } from '../options.ts'

/** `place`: an absolute directory, or an address with the hash of what is unpacked from it. Returns the file. Throws `usage.bad-value`. */
export async function pinNixpkgs(toolsPath: string, place: string, sha256: string | undefined): Promise<string> {
  const isAddress = /^[a-z]+:\/\//.test(place)
  const file = hostPinPath(toolsPath)
  const pin = isAddress ? addressPin(place, sha256) : directoryPin(place)
  await mkdir(dirname(file), { recursive: true })
  await writeFileAtomic(file, `${JSON.stringify(pin, null, 2)}\n`)
  return file
}

function addressPin(url: string, sha256: string | undefined): unknown {
  const pin = nixpkgsPin.safeParse({ url, sha256 })
  if (pin.success) return pin.data
  if (!isAnonymous(url)) {
    throw hop3Error('usage.bad-value', 'An address is pinned without a user or a password, which everybody on this host could read.', {
      hint: 'Write them into the file that `netrc-file` of nix.conf names, and leave them out here.',
    })
  }
  throw hop3Error('usage.bad-value', `An address is pinned with the hash of what it holds, and ${visible(sha256 ?? '')} is none.`, {
    hint: `Find it out: \`nix-prefetch-url --unpack ${shellQuote(url)}\`, then add \`--sha256 <what it prints>\`.`,
  })
}

function directoryPin(path: string): unknown {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return { path }
  throw hop3Error('usage.bad-value', `${visible(path)} is no directory.`, {
    hint: 'Name a directory with nixpkgs in it, or an address and `--sha256`.',
  })
}
