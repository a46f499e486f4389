/** What `.readthedocs.yaml` says about how documentation is built, where somebody has it built there as well. */
import type { ToolVersion } from '@hop3/core'
import { insidePath, isInside } from '../inside.ts'
import { originOf } from '../origin.ts'
import { textAt, textsAt, valueAt } from '../value-at.ts'
import type { SiteSource } from './generator.ts'

export interface ReadTheDocs {
  readonly origin: string
  /** Requirements files. */
  readonly requirements: readonly string[]
  /** The project itself is installed, with these extras. */
  readonly project?: { readonly path: string; readonly extras: readonly string[] }
  readonly python?: ToolVersion
  /** The configuration file of Sphinx. */
  readonly sphinx?: string
}

/** Undefined without the file. Paths that leave the source are left out. */
export async function readReadTheDocs({ source, names }: SiteSource): Promise<ReadTheDocs | undefined> {
  const file = ['.readthedocs.yaml', '.readthedocs.yml'].find((name) => names.includes(name))
  if (file === undefined) return undefined
  const text = await source.readText(file)
  const data = await source.readYaml(file)
  const listed = valueAt(data, 'python', 'install')
  const steps: readonly unknown[] = Array.isArray(listed) ? listed : []
  const requirements = steps.flatMap((step) => textAt(step, 'requirements') ?? []).flatMap((path) => whole(path) ?? [])
  const local = steps.find((step) => textAt(step, 'path') !== undefined && ['pip', undefined].includes(textAt(step, 'method')))
  const path = whole(textAt(local, 'path') ?? '..')
  // `3` and `latest` leave the choice to others.
  const version = /^3\.\d+$/.exec(textAt(data, 'build', 'tools', 'python') ?? '')?.[0]
  const sphinx = whole(textAt(data, 'sphinx', 'configuration') ?? '..')
  return {
    origin: file,
    requirements,
    ...(path !== undefined && { project: { path, extras: textsAt(local, 'extra_requirements') } }),
    ...(version !== undefined && { python: { version, origin: originOf(file, text, /^[ \t]+python:\s*["']?3\./m) } }),
    ...(sphinx !== undefined && { sphinx }),
  }
}

/** The app itself is a path, too. */
function whole(path: string): string | undefined {
  return isInside(path) ? (insidePath(path) ?? '.') : undefined
}
