/** What of a manifest says what is downloaded, for the rest of it changes every day; and what of the app it names. */
import { isObject, parseJson } from '@hop3/core/json'

const keys = {
  node: ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies', 'pnpm', 'packageManager', 'workspaces'],
  composer: ['require', 'repositories', 'config', 'extra', 'minimum-stability', 'prefer-stable', 'provide', 'replace', 'conflict'],
} as const

export const manifestParts = { node: partOf(keys.node), composer: partOf(keys.composer) } as const

/** The whole text where it is not JSON. */
function partOf(names: readonly string[]): (text: string) => string {
  return (text) => {
    const manifest = parseJson(text)
    return isObject(manifest) ? JSON.stringify(names.map((name) => manifest[name] ?? null)) : text
  }
}

/** `file:` is copied into node_modules; of `link:`, which stays where it is, only the names of its programs are. */
export function namedByNode(text: string): readonly string[] {
  const manifest = parseJson(text)
  const tables = isObject(manifest) ? keys.node.slice(0, 3).map((name) => manifest[name]) : []
  const versions = tables.flatMap((table) => (isObject(table) ? Object.values(table) : []))
  return versions.flatMap((version) => {
    const [, protocol, path] = typeof version === 'string' ? (/^(file|link):(.+)$/.exec(version) ?? []) : []
    if (path === undefined) return []
    return [protocol === 'link' ? `${path}/package.json` : path]
  })
}

/** Repositories that are paths: of a pattern, the directory it looks in. */
export function namedByComposer(text: string): readonly string[] {
  const manifest = parseJson(text)
  const repositories = isObject(manifest) ? manifest['repositories'] : undefined
  const all: readonly unknown[] = isObject(repositories) ? Object.values(repositories) : Array.isArray(repositories) ? repositories : []
  return all.flatMap((one) => {
    const url = isObject(one) ? one['url'] : undefined
    return typeof url === 'string' && !/^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(url) ? [url.replace(/\/?[^/]*[*?[{].*$/, '')] : []
  })
}

/** Modules that are replaced by a directory, which begins with a dot. */
export function namedByGo(text: string): readonly string[] {
  return [...text.replaceAll(/\/\/.*$/gm, '').matchAll(/=>\s*(?:"([^"]+)"|`([^`]+)`|(\S+))/g)]
    .map(([, quoted, raw, plain]) => quoted ?? raw ?? plain ?? '')
    .filter((path) => path === '.' || path.startsWith('./') || path.startsWith('../'))
}
