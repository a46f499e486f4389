/** What a release uses that lies outside of it. */
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { BuildArtifact } from '@hop3/core'
import { toolOf } from './check-entries.ts'
import type { BundleEntry, Need } from './manifest.ts'
import type { PathForms } from './origin-paths.ts'

export interface NeedsRequest {
  readonly artifact: BuildArtifact
  readonly entries: readonly BundleEntry[]
  readonly origin: { readonly release: PathForms | null; readonly tools: PathForms }
  /** Where the file of an entry is. */
  readonly fileOf: (path: string) => string
}

/** By links that lead out, and directories on PATH; each once, the first that uses it named. */
export async function findNeeds({ artifact, entries, origin, fileOf }: NeedsRequest): Promise<readonly Need[]> {
  const needs = new Map<string, Need>()
  const add = (need: Need): void => {
    const key = need.kind === 'tool' ? `tool ${need.name}` : `${need.kind} ${need.path}`
    if (!needs.has(key)) needs.set(key, need)
  }
  for (const entry of entries) {
    if (entry.type !== 'link' || !entry.target.startsWith('/')) continue
    const usedBy = entry.path
    const tool = toolOf(entry.target, origin.tools)
    if (tool !== undefined) add({ kind: 'tool', name: tool, usedBy })
    else add({ kind: 'interpreter', path: entry.target, usedBy, ...(await pythonOf(entry.target, fileOf(entry.path))) })
  }
  for (const path of artifact.runtime.pathPrepend) {
    if (origin.release?.some((own) => path === own || path.startsWith(`${own}/`))) continue
    const tool = toolOf(path, origin.tools)
    if (tool !== undefined) add({ kind: 'tool', name: tool, usedBy: 'PATH' })
    else add({ kind: 'directory', path, usedBy: 'PATH' })
  }
  return [...needs.values()]
}

/** An environment of Python says in `pyvenv.cfg` which one made it: `version = 3.11.2`, or `version_info` where uv or virtualenv did. */
async function pythonOf(target: string, link: string): Promise<{ readonly python?: string }> {
  if (!/^(?:python|pypy)[0-9.]*$/.test(basename(target))) return {}
  const text = await readFile(join(dirname(dirname(link)), 'pyvenv.cfg'), 'utf8').catch(() => '')
  const version = /^version(?:_info)?\s*=\s*(\d+\.\d+[0-9a-z.+]*)\s*$/m.exec(text)?.[1]
  return version === undefined ? {} : { python: version.split('.').slice(0, 3).join('.') }
}
