/** The only file that runs a plugin's code. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Candidate, IgnoredPlugin } from './find-plugins.ts'
import { isObject } from './json.ts'
import { protocolVersion, roleKeywords, type Plugin, type Role } from './plugin.ts'

export type ImportedPlugin =
  | { readonly candidate: Candidate; readonly plugin: Plugin }
  | { readonly ignored: IgnoredPlugin; readonly cause: unknown }

/** Imports one candidate and checks its shape and protocol. A plugin that fails is a value, not an exception. */
export async function importPlugin(candidate: Candidate): Promise<ImportedPlugin> {
  const ignore = (stage: IgnoredPlugin['stage'], error: string, cause?: unknown): ImportedPlugin => ({
    ignored: { name: candidate.name, directory: candidate.directory, stage, error },
    cause,
  })
  const entry = await resolveEntry(candidate)
  if ('error' in entry) return ignore('resolve', entry.error, entry.cause)
  let exported: unknown
  try {
    const module: unknown = await import(entry.url)
    exported = isObject(module) ? module['default'] : undefined
  } catch (cause) {
    return ignore('import', cause instanceof Error ? cause.message : String(cause), cause)
  }
  try {
    return checkPlugin(candidate, exported, ignore)
  } catch (cause) {
    return ignore('shape', `looking at it throws: ${cause instanceof Error ? cause.message : String(cause)}`, cause)
  }
}

async function resolveEntry(candidate: Candidate): Promise<{ url: string } | { error: string; cause: unknown }> {
  try {
    // From the root that declared it: only there is the package sure to be visible.
    return { url: pathToFileURL(createRequire(join(candidate.root, 'package.json')).resolve(candidate.name)).href }
  } catch (cause) {
    const isImportOnly = cause instanceof Error && 'code' in cause && cause.code === 'ERR_PACKAGE_PATH_NOT_EXPORTED'
    const entry = isImportOnly ? await importedEntry(candidate) : undefined
    if (entry !== undefined) return { url: pathToFileURL(join(candidate.directory, entry)).href }
    const message = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)
    return { error: `${message} (was the package built? does its "exports" have a "default" condition?)`, cause }
  }
}

/** The main entry as `import` would find it. Node offers no function that resolves so from another place. */
async function importedEntry(candidate: Candidate): Promise<string | undefined> {
  const manifest: unknown = JSON.parse(await readFile(join(candidate.directory, 'package.json'), 'utf8'))
  const exported = isObject(manifest) ? manifest['exports'] : undefined
  return firstTarget(isObject(exported) && '.' in exported ? exported['.'] : exported)
}

const importConditions = new Set(['node', 'import', 'module-sync', 'default'])

function firstTarget(target: unknown): string | undefined {
  if (typeof target === 'string') return target
  if (Array.isArray(target)) return target.map(firstTarget).find((one) => one !== undefined)
  if (!isObject(target)) return undefined
  return Object.entries(target)
    .filter(([condition]) => importConditions.has(condition))
    .map(([, nested]) => firstTarget(nested))
    .find((one) => one !== undefined)
}

function checkPlugin(
  candidate: Candidate,
  exported: unknown,
  ignore: (stage: 'shape' | 'protocol', error: string) => ImportedPlugin,
): ImportedPlugin {
  if (!isObject(exported)) return ignore('shape', 'its default export is not a plugin: export default definePlugin({ … })')
  const { protocol } = exported
  if (protocol !== protocolVersion) {
    return ignore(
      'protocol',
      `it speaks protocol ${JSON.stringify(protocol)}; this is protocol ${protocolVersion}: install versions that were released together`,
    )
  }
  for (const [keyword, role] of Object.entries(roleKeywords)) {
    const factories = exported[role] ?? []
    if (!isFactoryList(factories)) return ignore('shape', `${role} is not a list of { name, create }`)
    if (candidate.roles.includes(role) && factories.length === 0)
      return ignore('shape', `it has the keyword ${keyword} but exports no ${role}`)
  }
  return isPlugin(exported) ? { candidate, plugin: exported } : ignore('shape', 'its default export is not a plugin')
}

function isPlugin(value: Readonly<Record<string, unknown>>): value is Readonly<Record<string, unknown>> & Plugin {
  const roles: readonly Role[] = Object.values(roleKeywords)
  return typeof value['protocol'] === 'number' && roles.every((role) => value[role] === undefined || isFactoryList(value[role]))
}

function isFactoryList(value: unknown): value is readonly unknown[] {
  return (
    Array.isArray(value) && value.every((one) => isObject(one) && typeof one['name'] === 'string' && typeof one['create'] === 'function')
  )
}
