/** Files that hold credentials, by their names and, where others of the name do not, by what is in them. */
import { readFileSync, statSync } from 'node:fs'

interface Kind {
  /** The end of a path, from the beginning of a name. */
  readonly path: RegExp
  /** Of the content. Default: no such file is without. */
  readonly holds?: RegExp
}

/** Bounded, since it is looked for at every `=` and `://` of a line. */
const variable = String.raw`\$\{?\w[^}\s]{0,200}\}?`
/** Written out: what stands in a variable is not in the file. */
const written = String.raw`\s*(?!["']?${variable}["']?\s*$)["']?\S`
const passwordInAddress = new RegExp(String.raw`:\/\/[^\s/:@"']*:(?!${variable}@)[^\s/@"']+@`)

const kinds: readonly Kind[] = [
  { path: /id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?/ },
  { path: /[._]netrc|\.pypirc|\.git-credentials|\.pgpass|\.my\.cnf|\.dockercfg/ },
  { path: /\.(?:aws|gem|cargo)\/credentials(?:\.toml)?|\.docker\/config\.json/ },
  // Of Rails: what its encrypted credentials are opened with.
  { path: /config\/(?:master|credentials\/[^/]+)\.key/ },
  { path: /[^/]*\.(?:pem|key|p8)/, holds: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
  { path: /\.npmrc/, holds: either(new RegExp(String.raw`^[^#;\n]*_(?:authToken|auth|password)\s*=${written}`, 'm'), passwordInAddress) },
  {
    path: /\.yarnrc(?:\.ya?ml)?/,
    holds: either(new RegExp(String.raw`^[^#\n]*(?:npmAuth(?:Token|Ident)"?\s*:|_authToken"?\s)${written}`, 'm'), passwordInAddress),
  },
  { path: /bunfig\.toml/, holds: either(new RegExp(String.raw`\b(?:token|password)\s*=${written}`, 'm'), passwordInAddress) },
  // Of Composer.
  {
    path: /auth\.json/,
    holds: /"(?:http-basic|bearer|custom-headers|(?:github|gitlab|bitbucket)-oauth|(?:gitlab|forgejo)-token)"\s*:\s*\{\s*"/,
  },
  { path: /pip\.(?:conf|ini)/, holds: passwordInAddress },
  // Of Maven.
  { path: /settings(?:-security)?\.xml/, holds: /<(?:password|passphrase|master)>\s*(?!\$\{)[^<\s]/ },
  { path: /\.bundle\/config/, holds: /^BUNDLE_(?=\w+__\w)\w+\s*:\s*["']?[^\s"'/]+:[^\s"'/]/m },
]

const paths = kinds.map(({ path, holds }) => ({ path: new RegExp(`(?:^|/)(?:${path.source})$`), holds }))

/** Nobody writes longer ones. */
const most = 1024 * 1024

/** `path`: relative, with `/`; `absolute`: where it lies. */
export function holdsCredentials(path: string, absolute: string): boolean {
  const fitting = paths.filter((kind) => kind.path.test(path))
  if (fitting.length === 0 || statSync(absolute, { throwIfNoEntry: false })?.isFile() !== true) return false
  const text = fitting.some(({ holds }) => holds !== undefined) ? textOf(absolute) : ''
  return fitting.some(({ holds }) => holds?.test(text) ?? true)
}

/** Empty where it cannot be read: it cannot be copied either. */
function textOf(path: string): string {
  try {
    return statSync(path).size > most ? '' : readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function either(one: RegExp, other: RegExp): RegExp {
  return new RegExp(`(?:${one.source})|(?:${other.source})`, 'm')
}
