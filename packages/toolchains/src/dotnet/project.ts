/** A csproj, fsproj or vbproj, as far as planning needs it. */
import { posix } from 'node:path'
import { joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { isInside } from '../inside.ts'
import { originOf } from '../origin.ts'
import { elementsAt } from '../xml.ts'
import { nodeUseOf } from './node-use.ts'
import type { NodeUse } from './node-use.ts'
import { itemsOf, nearestProps, propertyOf, readProjectFile } from './properties.ts'
import type { ProjectFile } from './properties.ts'

/** `host`: starts others, on a developer's machine (Aspire). `windows`: for .NET Framework or a desktop. */
export type ProjectKind = 'web' | 'wasm' | 'worker' | 'console' | 'library' | 'test' | 'host' | 'windows'

export interface Project {
  /** Relative to the source: `src/Web/Web.csproj`. */
  readonly file: string
  readonly directory: string
  /** Without directory and extension. */
  readonly name: string
  readonly text: string
  readonly kind: ProjectKind
  /** What its program is called. */
  readonly assembly: string
  /** The newest .NET it is built for. */
  readonly framework:
    | { readonly version: string; readonly moniker: string; readonly isOneOfMany: boolean; readonly origin: string }
    | undefined
  /** Files of the projects it needs; undefined for one outside the source, or computed. */
  readonly references: readonly (string | undefined)[]
  /** A program that needs no `dotnet` to start it: compiled ahead of time, or with its runtime beside it. */
  readonly startsItself: boolean
  readonly isAheadOfTime: boolean
  /** Its build runs Node. */
  readonly node: NodeUse | undefined
}

/** Undefined where there is none. Throws `config.dotnet.xml`. */
export async function readProject(source: SourceView, name: string): Promise<Project | undefined> {
  const file = await readProjectFile(source, name)
  if (file === undefined) return undefined
  const directory = posix.dirname(name) === '.' ? '' : posix.dirname(name)
  const plainName = posix.basename(name).replace(/\.\w+$/, '')
  const props = await nearestProps(source, directory)
  const files = props === undefined ? [file] : [file, props]
  const value = (property: string): string | undefined =>
    propertyOf(files, property, { MSBuildProjectName: plainName, RootNamespace: plainName })?.value
  const isTrue = (property: string): boolean => value(property)?.toLowerCase() === 'true'
  return {
    file: name,
    directory,
    name: plainName,
    text: file.text,
    kind: kindOf(file, value, isTrue),
    assembly: value('AssemblyName') ?? plainName,
    framework: frameworkOf(files, plainName),
    references: itemsOf(file, 'ProjectReference').map(({ attributes }) => insideSource(directory, attributes['Include'] ?? '')),
    startsItself: ['PublishAot', 'SelfContained', 'PublishSingleFile'].some(isTrue),
    isAheadOfTime: isTrue('PublishAot'),
    node: nodeUseOf(file, directory, value),
  }
}

const testPackages = ['Microsoft.NET.Test.Sdk', 'xunit.v3', 'MSTest', 'TUnit']

function kindOf(file: ProjectFile, value: (name: string) => string | undefined, isTrue: (name: string) => boolean): ProjectKind {
  const { root } = file
  const sdks = [root.attributes['Sdk'] ?? '', ...elementsAt(root, 'Sdk').map(({ attributes }) => attributes['Name'] ?? '')]
    .flatMap((one) => one.split(';'))
    .map((one) => one.trim().replace(/\/.*$/, ''))
  const isSdk = (name: string): boolean => sdks.includes(name)
  const output = (value('OutputType') ?? '').toLowerCase()
  if (sdks.every((one) => one === '') && elementsAt(root, 'Import').every(({ attributes }) => attributes['Sdk'] === undefined))
    return 'windows'
  if (isSdk('Aspire.AppHost.Sdk') || isTrue('IsAspireHost')) return 'host'
  if (isSdk('MSTest.Sdk') || isTrue('IsTestProject') || testPackages.some((name) => hasItem(file, 'PackageReference', name))) return 'test'
  const monikers = monikersOf(value)
  const isForWindows = monikers.length > 0 && monikers.every((one) => /^net[1-4]\d{1,2}$|-windows/.test(one))
  if (isForWindows || output === 'winexe' || isTrue('UseWPF') || isTrue('UseWindowsForms')) return 'windows'
  if (isSdk('Microsoft.NET.Sdk.BlazorWebAssembly')) return 'wasm'
  if (output === 'library') return 'library'
  if (isSdk('Microsoft.NET.Sdk.Web')) return 'web'
  if (isSdk('Microsoft.NET.Sdk.Worker')) return 'worker'
  if (output !== 'exe') return 'library'
  return hasItem(file, 'FrameworkReference', 'Microsoft.AspNetCore.App') ? 'web' : 'console'
}

function hasItem(file: ProjectFile, kind: string, name: string): boolean {
  return itemsOf(file, kind).some(({ attributes }) => attributes['Include']?.toLowerCase() === name.toLowerCase())
}

function monikersOf(value: (name: string) => string | undefined): readonly string[] {
  return (value('TargetFramework') ?? value('TargetFrameworks') ?? '')
    .split(';')
    .map((one) => one.trim().toLowerCase())
    .filter((one) => one !== '')
}

function frameworkOf(files: readonly ProjectFile[], name: string): Project['framework'] {
  for (const property of ['TargetFramework', 'TargetFrameworks']) {
    const found = propertyOf(files, property, { MSBuildProjectName: name })
    if (found === undefined) continue
    const monikers = monikersOf((wanted) => (wanted === property ? found.value : undefined))
    const known = monikers.flatMap((moniker) => {
      const version = /^net(?:coreapp)?(\d{1,2}\.\d+)$/.exec(moniker)?.[1]
      return version === undefined ? [] : [{ version, moniker }]
    })
    const newest = known.toSorted((one, other) => Number(other.version.split('.')[0]) - Number(one.version.split('.')[0]))[0]
    if (newest === undefined) return undefined
    return {
      ...newest,
      isOneOfMany: monikers.length > 1,
      origin: originOf(found.file.name, found.file.text, new RegExp(`<${property}[\\s>]`)),
    }
  }
  return undefined
}

/** A path as MSBuild writes it, from the project's directory. */
function insideSource(directory: string, path: string): string | undefined {
  const joined = joinPaths(directory, path.replaceAll('\\', '/'))
  return path === '' || /[$*;]/.test(path) || !isInside(joined) ? undefined : joined
}
