/** The lockfiles of the other languages. What comes from elsewhere than the language's registry is left out. */
import { isObject } from '@hop3/core/json'
import { parse } from 'smol-toml'
import type { Component, ComponentType } from './component.ts'

/** go.mod: since Go 1.17 it names every module that is built in, indirect ones too. */
export function goModules(text: string): readonly Component[] {
  return requiredLines(text).flatMap((line) => {
    const [, name, version] = /^\s*([^\s/]\S*) (v\S+)/.exec(line) ?? []
    return component('golang', name, version)
  })
}

/** Of the blocks, then those that stand alone. */
function requiredLines(text: string): readonly string[] {
  const [blocks, alone]: [string[], string[]] = [[], []]
  let isBlock = false
  for (const line of text.split('\n')) {
    if (line === 'require (') isBlock = true
    else if (line.startsWith(')')) isBlock = false
    else if (isBlock) blocks.push(line)
    else if (line.startsWith('require ') && !line.startsWith('require (')) alone.push(line.slice('require '.length))
  }
  return [...blocks, ...alone]
}

export function cargoLock(text: string): readonly Component[] {
  return listOf(parse(text)['package']).flatMap(({ name, version, source, checksum }) =>
    typeof source === 'string' && source.startsWith('registry+') ? component('cargo', name, version, checksum) : [],
  )
}

/** uv's, Poetry's and PDM's: each has several archives, so none of their hashes says which was taken. */
export function pythonLock(text: string): readonly Component[] {
  return listOf(parse(text)['package']).flatMap(({ name, version, source }) =>
    isObject(source) && !('registry' in source) && source['type'] !== 'legacy' ? [] : component('pypi', name, version),
  )
}

/** Lines of requirements.txt that say one version: `flask==3.1.0`. What a range becomes, only what is installed can say. */
export function pinnedRequirements(text: string): readonly Component[] {
  return [...text.matchAll(/^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]\n]*\]\s*)?===?\s*([A-Za-z0-9._+!]+)(?=[\s;\\]|$)/gm)].flatMap(
    ([, name, version]) => component('pypi', name, version),
  )
}

/** `    rack (3.1.8)` in the section GEM; a platform behind the version is none of it. */
export function gemfileLock(text: string): readonly Component[] {
  const [, gems = ''] = /^GEM\n([\s\S]*?)(?=^\S|(?![\s\S]))/m.exec(text) ?? []
  return [...gems.matchAll(/^ {4}([^\s(]+) \((\d[^\s)-]*)(?=[\s)-])[^)\n]*\)$/gm)].flatMap(([, name, version]) =>
    component('gem', name, version),
  )
}

/** Development's packages are not installed. */
export function composerLock(text: string): readonly Component[] {
  const lock: unknown = JSON.parse(text)
  return listOf(isObject(lock) ? lock['packages'] : undefined).flatMap(({ name, version }) => component('composer', name, version))
}

/** `"plug": {:hex, :plug, "1.16.1", "<checksum of the contents>", …`. */
export function mixLock(text: string): readonly Component[] {
  return [...text.matchAll(/^[ \t]*"[^"]+": \{:hex, :"?([\w.]+)"?, "([^"]+)", "([0-9a-f]{64})"/gm)].flatMap(([, name, version, hash]) =>
    component('hex', name, version, hash),
  )
}

/** `org.slf4j:slf4j-api:2.0.16=runtimeClasspath`. */
export function gradleLock(text: string): readonly Component[] {
  return [...text.matchAll(/^([^#:\s]+:[^:\s]+):([^=\s]+)=/gm)].flatMap(([, name, version]) => component('maven', name, version))
}

export function nugetLock(text: string): readonly Component[] {
  const lock: unknown = JSON.parse(text)
  const frameworks = isObject(lock) && isObject(lock['dependencies']) ? Object.values(lock['dependencies']) : []
  return frameworks
    .filter(isObject)
    .flatMap((packages) =>
      Object.entries(packages).flatMap(([name, entry]) => (isObject(entry) ? component('nuget', name, entry['resolved']) : [])),
    )
}

function component(type: ComponentType, name: unknown, version: unknown, sha256?: unknown): readonly Component[] {
  if (typeof name !== 'string' || typeof version !== 'string') return []
  const known = typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)
  return [{ type, name, version, ...(known ? { hashes: { 'SHA-256': sha256 } } : {}) }]
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isObject) : []
}
