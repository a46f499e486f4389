/** The parts of package.json that planning uses, with the lines they stand on. */
import { hop3Error } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { originOf } from '../origin.ts'
import { tableAt, textAt, textsAt, valueAt } from '../value-at.ts'

export interface NodeApp {
  readonly source: SourceView
  /** The names in the root. */
  readonly names: readonly string[]
  readonly data: unknown
  readonly scripts: Readonly<Record<string, string>>
  /** dependencies and devDependencies: name → range. */
  readonly dependencies: Readonly<Record<string, string>>
  /** Where a key stands: `package.json:12`. */
  origin(key: string): string
}

/** Undefined when there is no package.json. Throws `config.node.package-json` when it is not an object. */
export async function readNodeApp(source: SourceView): Promise<NodeApp | undefined> {
  const names = await source.list()
  if (!names.includes('package.json')) return undefined
  const data = await source.readJson('package.json')
  const text = await source.readText('package.json')
  if (tableAt(data) === undefined) {
    throw hop3Error('config.node.package-json', 'package.json is not a JSON object.', {
      hint: 'Run `npm init -y` in an empty directory to see one.',
    })
  }
  return {
    source,
    names,
    data,
    scripts: textTable(data, 'scripts'),
    dependencies: { ...textTable(data, 'devDependencies'), ...textTable(data, 'dependencies') },
    origin: (key) => originOf('package.json', text, new RegExp(`"${key.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')}"\\s*:`)),
  }
}

/** True when the package is a dependency, under this very name. */
export function dependsOn({ dependencies }: NodeApp, name: string): boolean {
  return Object.hasOwn(dependencies, name)
}

/** `workspaces` as npm and yarn write it, in either form. */
export function workspacePatterns({ data }: NodeApp): readonly string[] {
  return Array.isArray(valueAt(data, 'workspaces')) ? textsAt(data, 'workspaces') : textsAt(data, 'workspaces', 'packages')
}

function textTable(data: unknown, key: string): Readonly<Record<string, string>> {
  const table = tableAt(data, key) ?? {}
  return Object.fromEntries(
    Object.keys(table).flatMap((name) => (textAt(table, name) === undefined ? [] : [[name, textAt(table, name) ?? '']])),
  )
}
