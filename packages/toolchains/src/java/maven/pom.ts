/** pom.xml, as far as planning needs it: no profile but those that are active where nothing is said, no inheritance but from parents inside the app. */
import { hop3Error, joinPaths, own } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { insidePath } from '../../inside.ts'
import { originOf } from '../../origin.ts'
import { frameworks } from '../frameworks.ts'
import { activeProfiles } from './profiles.ts'
import type { VersionPick } from '../../version-pick.ts'
import { elementsAt, readXml, xmlText } from '../../xml.ts'
import type { Element } from '../../xml.ts'

export interface Plugin {
  readonly artifactId: string
  readonly element: Element
}

export interface Pom {
  /** Its directory, relative to the source; `''` for the root. */
  readonly directory: string
  readonly text: string
  readonly groupId: string | undefined
  readonly artifactId: string
  readonly packaging: string
  /** `demo-1.0`, the name of what is built; undefined where an expression in it cannot be followed. */
  readonly finalName: string | undefined
  /** As it is written, here or in a parent. */
  readonly finalNameText: string | undefined
  /** Where classes go, where it says another place than usual. */
  readonly outputDirectory: string | undefined
  readonly parent: string | undefined
  /** Directories of `<modules>`. */
  readonly modules: readonly string[]
  readonly plugins: readonly Plugin[]
  /** The plugins of frameworks that a module in the directory has from this one. */
  handsDown(directory: string): Promise<readonly Plugin[]>
  /** Artifact ids of the dependencies. */
  readonly dependencies: ReadonlySet<string>
  /** A property of it or of its parents, expressions followed. */
  property(name: string): string | undefined
  /** The text with its expressions followed; undefined where one cannot be. */
  expand(text: string | undefined): string | undefined
  /** Where an element of this name stands, here or in a parent: `pom.xml:12`. */
  origin(name: string): string
  /** Whether its text, or a parent's, has this. */
  says(pattern: RegExp): boolean
}

/** Undefined when there is none. Throws `config.java.xml`. */
export async function readPom(source: SourceView, directory: string, parent?: Pom): Promise<Pom | undefined> {
  const file = joinPaths(directory, 'pom.xml')
  const text = await source.readText(file)
  if (text === undefined) return undefined
  const root = readXml(file, text, noXml)
  const artifactId = xmlText(root, 'artifactId') ?? ''
  const parts = [root, ...(await activeProfiles(source, root, directory))]
  const parentName = xmlText(root, 'parent', 'artifactId')
  const plugins = parts.flatMap(pluginsOf)
  const inherited = parent !== undefined && parent.artifactId === parentName ? await parent.handsDown(directory) : []
  const properties = new Map(parts.flatMap((one) => elementsAt(one, 'properties')[0]?.children ?? []).map((one) => [one.name, one.text]))
  const version = xmlText(root, 'version') ?? xmlText(root, 'parent', 'version')
  const groupId = xmlText(root, 'groupId') ?? xmlText(root, 'parent', 'groupId')
  const values: Readonly<Record<string, string | undefined>> = {
    'project.artifactId': artifactId,
    'project.version': version,
    'project.groupId': groupId,
    version,
  }
  const raw = (name: string): string | undefined => properties.get(name) ?? own(values, name) ?? parent?.property(name)
  // What a parent says, its modules say too, each with its own name in it.
  const written = xmlText(root, 'build', 'finalName') ?? parent?.finalNameText
  const expand = (wanted: string | undefined): string | undefined => expandExpressions(wanted, raw)
  return {
    directory,
    text,
    groupId: expand(groupId),
    artifactId,
    packaging: expand(xmlText(root, 'packaging')) ?? 'jar',
    finalName: fileName(expand(written ?? `${artifactId}-${version ?? '${none}'}`)),
    finalNameText: written,
    outputDirectory: insidePath(expand(xmlText(root, 'build', 'outputDirectory')) ?? ''),
    parent: parentName,
    modules: parts.flatMap((one) => elementsAt(one, 'modules', 'module').flatMap(({ text: path }) => insideSource(directory, path))),
    plugins: [...plugins, ...inherited.filter(({ artifactId: name }) => !plugins.some((one) => one.artifactId === name))],
    handsDown: async (below) => {
      const said = [root, ...(await activeProfiles(source, root, below))].flatMap(pluginsOf)
      const mine = said.filter(({ artifactId: name, element }) => isFramework(name) && xmlText(element, 'inherited') !== 'false')
      return [...mine, ...((await parent?.handsDown(below)) ?? [])]
    },
    dependencies: new Set(
      parts.flatMap((one) => elementsAt(one, 'dependencies', 'dependency')).flatMap((one) => xmlText(one, 'artifactId') ?? []),
    ),
    property: (name) => expand(raw(name)),
    expand,
    origin: (name) => {
      const tag = new RegExp(`<${name.replaceAll('.', '\\.')}>`)
      return tag.test(text) || parent?.says(tag) !== true ? originOf(file, text, tag) : parent.origin(name)
    },
    says: (pattern) => pattern.test(text) || parent?.says(pattern) === true,
  }
}

function pluginsOf(part: Element): readonly Plugin[] {
  return elementsAt(part, 'build', 'plugins', 'plugin').map((element) => ({ artifactId: xmlText(element, 'artifactId') ?? '', element }))
}

function isFramework(name: string): boolean {
  return frameworks.some(({ maven }) => maven === name)
}

function noXml(message: string, details: Readonly<Record<string, unknown>>): Error {
  return hop3Error('config.java.xml', message, { hint: 'Correct it: `mvn validate` says the same at more length.', details })
}

/** The oldest Java that will do: what the compiler is told. */
export function javaMinimum(pom: Pom): VersionPick | undefined {
  for (const name of [
    'maven.compiler.release',
    'java.version',
    'maven.compiler.target',
    'maven.compiler.source',
    'jdk.version',
    'kotlin.compiler.jvmTarget',
  ]) {
    const version = pom.property(name)
    if (version !== undefined) return { version, origin: pom.origin(name) }
  }
  const compiler = pom.plugins.find(({ artifactId }) => artifactId === 'maven-compiler-plugin')
  for (const name of ['release', 'target', 'source']) {
    const version = compiler && pom.expand(xmlText(compiler.element, 'configuration', name))
    if (version !== undefined) return { version, origin: pom.origin(name) }
  }
  return undefined
}

/** A property may lead to another, and in the end to nothing; ten steps are more than any that ends. */
function expandExpressions(text: string | undefined, raw: (name: string) => string | undefined): string | undefined {
  let expanded = text
  for (let steps = 0; expanded?.includes('${') === true; steps++) {
    const next: string = expanded.replace(/\$\{([^{}]+)\}/g, (whole, name: string) => raw(name) ?? whole)
    if (next === expanded || steps === 10 || next.length > 1000) return undefined
    expanded = next
  }
  return expanded
}

/** A name of a file, and not a way out of the directory it is built in. */
export function fileName(name: string | undefined): string | undefined {
  return name === undefined || /[/\\]/.test(name) ? undefined : name
}

function insideSource(directory: string, path: string): readonly string[] {
  const joined = path === '' ? undefined : insidePath(joinPaths(directory, path))
  return joined === undefined ? [] : [joined]
}
