import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemCode } from '@hop3/core/files'

const absent = new Set(['ENOENT', 'ENOTDIR'])

/** What the operator's nix.conf says, the user's own over the host's. Includes are not followed. */
export function readNixConf(env: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const user = env['XDG_CONFIG_HOME'] ?? (env['HOME'] === undefined ? undefined : join(env['HOME'], '.config'))
  const files = [join(env['NIX_CONF_DIR'] ?? '/etc/nix', 'nix.conf'), ...(user === undefined ? [] : [join(user, 'nix/nix.conf')])]
  return new Map(files.flatMap(settingsIn))
}

function settingsIn(file: string): readonly (readonly [string, string])[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    // Most hosts lack one or the other. What cannot be read may say that builders are to be kept from the host.
    if (absent.has(systemCode(error))) return []
    throw error
  }
  return text.split('\n').flatMap((line) => {
    const found = /^\s*([a-z][a-z0-9-]*)\s*=\s*([^#]*?)\s*(?:#.*)?$/.exec(line)
    return found?.[1] === undefined ? [] : [[found[1], found[2] ?? ''] as const]
  })
}
