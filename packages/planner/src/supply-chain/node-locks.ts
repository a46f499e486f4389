/** The lockfiles of JavaScript's package managers. Packages of the workspace itself, and those from elsewhere than a registry, are left out. */
import { isObject } from '@hop3/core/json'
import type { Component, HashName } from './component.ts'

/** package-lock.json, versions 2 and 3; npm keeps the same inside node_modules. */
export function npmLock(text: string): readonly Component[] {
  const { packages } = objectOf(JSON.parse(text))
  return Object.entries(objectOf(packages)).flatMap(([path, entry]) => {
    const { version, name, integrity, link } = objectOf(entry)
    const at = path.lastIndexOf('node_modules/')
    if (at === -1 || link === true || typeof version !== 'string') return []
    return [npm(typeof name === 'string' ? name : path.slice(at + 'node_modules/'.length), version, integrity)]
  })
}

/** By lines: as a whole it is too large for a parser of YAML. Version 9 writes `name@version:`, older ones `/name@version:` and `/name/version:`. */
export function pnpmLock(text: string): readonly Component[] {
  const [, packages = ''] = /^packages:\n([\s\S]*?)(?=^\S|(?![\s\S]))/m.exec(text) ?? []
  return [
    ...packages.matchAll(
      /^ {2}'?\/?((?:@[^/\s']+\/)?[^@/\s']+)[@/](\d[^:()'_\s]*)(?=[:()'_\s])[^:\n]*:\n(?: {4}resolution: \{integrity: ([^,}]+))?/gm,
    ),
  ].map(([, name = '', version = '', integrity]) => npm(name, version, integrity))
}

/** Both forms of Yarn: `version "1.0.0"` with `integrity`, and `version: 1.0.0` with `resolution`. */
export function yarnLock(text: string): readonly Component[] {
  return text.split(/\n\n+/).flatMap((block) => {
    const resolved = /^ {2}resolution: "((?:@[^/"]+\/)?[^@"]+)@npm:/m.exec(block)?.[1]
    const isBerry = /^ {2}resolution: /m.test(block)
    const name = isBerry ? resolved : /^"?((?:@[^/"\s]+\/)?[^@"\s]+)@/m.exec(block.replaceAll(/^#.*\n/gm, ''))?.[1]
    const version = /^ {2}version:? "?([^"\s]+)"?$/m.exec(block)?.[1]
    if (name === undefined || version === undefined) return []
    return [npm(name, version, /^ {2}integrity (\S+)$/m.exec(block)?.[1])]
  })
}

/** bun.lock, which is JSON with trailing commas: `"name": ["name@1.0.0", "", {}, "sha512-…"]`. */
export function bunLock(text: string): readonly Component[] {
  const start = text.search(/^ {2}"packages": \{\n/m)
  const end = start === -1 ? -1 : text.indexOf('\n  }', start)
  const packages = end === -1 ? '' : text.slice(start, end)
  return [...packages.matchAll(/^ {4}"[^"]+": \["((?:@[^/"]+\/)?[^@"]+)@(\d[^"]*)".*?(?:"(sha\d+-[^"]+)")?\],?$/gm)].map(
    ([, name = '', version = '', integrity]) => npm(name, version, integrity),
  )
}

/** deno.lock: what it has from npm. JSR has no type of package URL. */
export function denoLock(text: string): readonly Component[] {
  const lock = objectOf(JSON.parse(text))
  return Object.entries(objectOf(lock['npm'])).flatMap(([key, entry]) => {
    const [, name, version] = /^((?:@[^/]+\/)?[^@]+)@(\d[^_]*)/.exec(key) ?? []
    return name === undefined || version === undefined ? [] : [npm(name, version, objectOf(entry)['integrity'])]
  })
}

const hashNames: Readonly<Record<string, HashName>> = { sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' }

/** `integrity` is Subresource Integrity (W3C): `sha512-` and the hash in base64. */
function npm(name: string, version: string, integrity: unknown): Component {
  const [, algorithm = '', value = ''] = (typeof integrity === 'string' ? /^(sha\d+)-([A-Za-z0-9+/=]+)/.exec(integrity) : null) ?? []
  const hashName = hashNames[algorithm]
  return {
    type: 'npm',
    name,
    version,
    ...(hashName === undefined ? {} : { hashes: { [hashName]: Buffer.from(value, 'base64').toString('hex') } }),
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}
