/** One dependency as Python writes it (PEP 508), as far as planning needs it: its name, its extras, whether it is pinned. */

export interface Requirement {
  /** Normalized (PEP 503): `Flask_RESTX` is `flask-restx`. */
  readonly name: string
  readonly extras: readonly string[]
  /** The version, URL and marker part, as written. */
  readonly rest: string
}

const shape = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*($|[<>=!~;@(\s].*$)/

/** Undefined for what is not a named requirement: a path, an option, a bare URL. */
export function parseRequirement(text: string): Requirement | undefined {
  const found = shape.exec(text.trim())
  const [, name, extras, rest] = found ?? []
  if (name === undefined || rest === undefined) return undefined
  return { name: normalizedName(name), extras: (extras ?? '').split(',').map(normalizedName).filter(Boolean), rest: rest.trim() }
}

export function normalizedName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[-_.]+/g, '-')
}

/** `==3.0.3`, `===x` or a direct URL: installing twice gives the same version. A wildcard (`==3.*`) does not. */
export function isPinned({ rest }: Requirement): boolean {
  const version = rest.split(';')[0] ?? ''
  return version.trimStart().startsWith('@') || (/={2,3}/.test(version) && !version.includes('*'))
}
