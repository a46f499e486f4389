/** Properties of MSBuild, as far as they are written out: no condition is evaluated, and no target. */
import { hop3Error, joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { elementsAt, readXml } from '../xml.ts'
import type { Element } from '../xml.ts'

export interface ProjectFile {
  readonly name: string
  readonly text: string
  readonly root: Element
}

/** Undefined where there is none. Throws `config.dotnet.xml`. */
export async function readProjectFile(source: SourceView, name: string): Promise<ProjectFile | undefined> {
  const text = await source.readText(name)
  if (text === undefined) return undefined
  return { name, text, root: readXml(name, text, noXml) }
}

export function noXml(message: string, details: Readonly<Record<string, unknown>>): Error {
  return hop3Error('config.dotnet.xml', message, { hint: 'Correct it: `dotnet build` says the same at more length.', details })
}

/** The Directory.Build.props that MSBuild reads: the nearest, of the project's directory or one above it. */
export async function nearestProps(source: SourceView, directory: string): Promise<ProjectFile | undefined> {
  for (const one of directoriesAbove(directory)) {
    const file = await readProjectFile(source, joinPaths(one, 'Directory.Build.props'))
    if (file !== undefined) return file
  }
  return undefined
}

/** The directory, those above it, and the root (`''`) last. */
export function directoriesAbove(directory: string): readonly string[] {
  const parts = directory === '' ? [] : directory.split('/')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/')).concat('')
}

export interface Property {
  readonly value: string
  readonly file: ProjectFile
}

/** Deeper definitions go in circles. */
const deepest = 10

/** The last one without a condition, of the first file that has one. */
export function propertyOf(
  files: readonly ProjectFile[],
  name: string,
  values: Readonly<Record<string, string>>,
  depth = 0,
): Property | undefined {
  for (const file of files) {
    const last = elementsAt(file.root, 'PropertyGroup')
      .filter(isAlways)
      .flatMap((group) => elementsAt(group, name).filter(isAlways))
      .at(-1)
    if (last === undefined) continue
    const valueOf = (wanted: string): string | undefined => {
      if (Object.hasOwn(values, wanted)) return values[wanted]
      return depth === deepest ? undefined : propertyOf(files, wanted, values, depth + 1)?.value
    }
    const value = expand(last.text, valueOf)
    return value === undefined ? undefined : { value, file }
  }
  return undefined
}

/** The elements of a kind in every `ItemGroup`: `PackageReference`. */
export function itemsOf({ root }: ProjectFile, name: string): readonly Element[] {
  return elementsAt(root, 'ItemGroup', name)
}

function isAlways({ attributes }: Element): boolean {
  return attributes['Condition'] === undefined
}

/** Undefined where an expression in it is not written out. */
function expand(text: string, valueOf: (name: string) => string | undefined): string | undefined {
  let isKnown = true
  const expanded = text.replace(/\$\(([^()]*)\)/g, (_, name: string) => {
    const value = valueOf(name)
    if (value === undefined) isKnown = false
    return value ?? ''
  })
  return isKnown && !/\$\(|%\(|@\(/.test(expanded) ? expanded : undefined
}
