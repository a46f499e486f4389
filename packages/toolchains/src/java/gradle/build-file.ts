/** build.gradle and build.gradle.kts, as far as their usual lines can be read without running them. */
import { posix } from 'node:path'
import { joinPaths, own } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { insidePath } from '../../inside.ts'
import { originOf } from '../../origin.ts'
import { handedDown } from './handed-down.ts'
import { tableAt, textAt } from '../../value-at.ts'
import type { VersionPick } from '../../version-pick.ts'

export interface GradleProject {
  /** Relative to the source; `''` for the root. */
  readonly directory: string
  readonly name: string
  /** `build.gradle.kts`, relative to the source. */
  readonly file: string
  /** Without comments, and without what is for the projects below it. */
  readonly text: string
  /** With that. */
  readonly whole: string
  /** What it says for them. */
  readonly below: string
  /** Ids of the plugins it applies. */
  readonly plugins: ReadonlySet<string>
}

export interface GradleSettings {
  readonly file: string | undefined
  /** `rootProject.name`; without it, Gradle takes the name of a directory that is another one in each release. */
  readonly name: string | undefined
  /** Directories of `include`. */
  readonly includes: readonly string[]
  /** gradle.properties says the version of all projects. */
  readonly isVersioned: boolean
  /** Plugin ids by alias of the version catalog, `ktor` and `spring.boot`. */
  readonly catalog: Readonly<Record<string, string>>
}

export async function readSettings(source: SourceView, names: readonly string[]): Promise<GradleSettings> {
  const file = ['settings.gradle.kts', 'settings.gradle'].find((name) => names.includes(name))
  const text = withoutComments((file === undefined ? undefined : await source.readText(file)) ?? '')
  const includes = [...text.matchAll(/^[ \t]*include\b\s*(?:\(\s*)?(?=["'])/gm)].flatMap(({ 0: start, index }) =>
    listed(text, index + start.length),
  )
  return {
    file,
    name: /rootProject\.name\s*=\s*["']([^"'$\n]+)["']/.exec(text)?.[1],
    includes: includes.map((path) => path.replace(/^:/, '').replaceAll(':', '/')).flatMap((path) => insidePath(path) ?? []),
    isVersioned:
      names.includes('gradle.properties') && /^[ \t]*version[ \t]*[=:]/m.test((await source.readText('gradle.properties')) ?? ''),
    catalog: await readCatalogs(source, names, text),
  }
}

/** Undefined where the directory has neither file. */
export async function readProject(
  source: SourceView,
  directory: string,
  settings: GradleSettings,
  root?: GradleProject,
): Promise<GradleProject | undefined> {
  for (const name of ['build.gradle.kts', 'build.gradle']) {
    const file = joinPaths(directory, name)
    const text = await source.readText(file)
    if (text === undefined) continue
    const whole = withoutComments(text)
    const { own: plain, below } = handedDown(whole)
    return {
      directory,
      name: directory === '' ? (settings.name ?? '') : posix.basename(directory),
      file,
      text: plain,
      whole,
      below,
      plugins: new Set([...pluginsIn(plain, settings), ...pluginsIn(root?.below ?? '', settings)]),
    }
  }
  return undefined
}

/** `JavaLanguageVersion.of(21)` and `jvmToolchain(21)` are that Java and no other. */
export function exactJava({ file, whole: text }: GradleProject): VersionPick | undefined {
  return pickIn(file, text, /JavaLanguageVersion\.of\(\s*["']?(\d+)|jvmToolchain\(\s*(\d+)/)
}

export function minimumJava({ file, whole: text }: GradleProject): VersionPick | undefined {
  return pickIn(file, text, /\b(?:sourceCompatibility|targetCompatibility)\s*(?:=\s*)?(?:JavaVersion\.)?["']?(?:VERSION_)?([\d._]+)/)
}

function pickIn(file: string, text: string, pattern: RegExp): VersionPick | undefined {
  const version = pattern
    .exec(text)
    ?.slice(1)
    .find((one) => one !== undefined)
  return version === undefined ? undefined : { version: version.replaceAll('_', '.'), origin: originOf(file, text, pattern) }
}

function pluginsIn(text: string, { catalog }: GradleSettings): ReadonlySet<string> {
  // `apply false` only says which version modules get.
  const lines = text.split('\n').filter((line) => !/\bapply[ (]+false\b/.test(line))
  const ids = lines.flatMap((line) => [
    ...[...line.matchAll(/\bid[ \t]*(?:\([ \t]*)?["']([\w.-]+)["']/g)].map((found) => found[1] ?? ''),
    ...[...line.matchAll(/\bapply[ (]+plugin[ \t]*[:=][ \t]*["']([\w.-]+)["']/g)].map((found) => found[1] ?? ''),
    ...[...line.matchAll(/\bkotlin[ \t]*\([ \t]*["'](\w+)["']/g)].map((found) => `org.jetbrains.kotlin.${found[1] ?? ''}`),
    // `alias(libs.plugins.ktor)`, and `id(libs.plugins.ktor.get().pluginId)`.
    ...[...line.matchAll(/\b(?:alias|id)[ \t]*\([ \t]*\w+\.plugins\.([\w.]+)/g)].flatMap(
      (found) => own(catalog, (found[1] ?? '').replace(/\.(?:get|pluginId)$/, '')) ?? [],
    ),
  ])
  // `application` on a line of its own, between the braces of `plugins`.
  if (/^[ \t]*`?application`?[ \t]*$/m.test(text)) ids.push('application')
  return new Set(ids)
}

/** `gradle/libs.versions.toml`, and those that the settings name: `from(files("libs.versions.toml"))`. */
async function readCatalogs(source: SourceView, names: readonly string[], settings: string): Promise<Readonly<Record<string, string>>> {
  const written = [...settings.matchAll(/\bfrom\(\s*files\(\s*["']([^"'$\n]{1,200}\.toml)["']/g)].flatMap(
    (found) => insidePath(found[1] ?? '') ?? [],
  )
  const files = [...new Set([...(names.includes('gradle') ? ['gradle/libs.versions.toml'] : []), ...written])].slice(0, catalogsAtMost)
  const tables = await Promise.all(files.map(async (file) => tableAt(await source.readToml(file), 'plugins') ?? {}))
  return Object.fromEntries(
    tables.flatMap((plugins) =>
      Object.keys(plugins).flatMap((alias) => {
        const id = textAt(plugins, alias, 'id') ?? textAt(plugins, alias)?.split(':')[0]
        return id === undefined ? [] : [[alias.replace(/[-_]/g, '.'), id]]
      }),
    ),
  )
}

const catalogsAtMost = 10

/** Of one call, whose modules are looked into far less. */
const includesAtMost = 1000

/** `"a", 'b'`: the texts one behind the other from there on. */
function listed(text: string, from: number): readonly string[] {
  const one = /\s*["']([^"'\n]+)["']\s*,?/y
  one.lastIndex = from
  const texts: string[] = []
  for (let found = one.exec(text); found !== null && texts.length < includesAtMost; found = one.exec(text)) texts.push(found[1] ?? '')
  return texts
}

/** Lines are kept, so that origins stay true; a `//` inside quotes is an address. */
function withoutComments(text: string): string {
  return text
    .replace(/\/\*(?:[^]*?\*\/|[^]*)/g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/^((?:[^"'/\n]|\/(?!\/)|"[^"\n]*"|'[^'\n]*')*)\/\/.*$/gm, '$1')
}
