/** One package an app was built from. */
export interface Component {
  readonly type: ComponentType
  /** As its registry has it: `@types/node`, `github.com/gorilla/mux`, `org.slf4j:slf4j-api`. */
  readonly name: string
  readonly version: string
  /** What its lockfile says of the archive, in hex. */
  readonly hashes?: Readonly<Partial<Record<HashName, string>>>
}

/** The registry, by its name in package URLs (https://github.com/package-url/purl-spec). */
export type ComponentType = 'cargo' | 'composer' | 'deb' | 'gem' | 'golang' | 'hex' | 'maven' | 'npm' | 'nuget' | 'pypi'

/** By CycloneDX' names. */
export type HashName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/** The package URL: `pkg:npm/%40types/node@24.1.0`. */
export function packageUrl({ type, name, version }: Component): string {
  const path = registryName(type, name).split('/').map(encodePart).join('/')
  return `pkg:${type}/${path}@${encodePart(version)}`
}

/** Registries that tell no case apart, or a separator, are asked by one spelling. */
function registryName(type: ComponentType, name: string): string {
  if (type === 'pypi') return name.toLowerCase().replaceAll('_', '-')
  if (type === 'maven') return name.replace(':', '/')
  return type === 'composer' || type === 'golang' || type === 'hex' || type === 'deb' ? name.toLowerCase() : name
}

function encodePart(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%3A', ':')
    .replaceAll(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)
}
