/** What mix.exs says, by its usual forms; it is Elixir, and never run. */
import { hop3Error, normalPath } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { withoutComments } from '../code-lines.ts'
import { isInside } from '../inside.ts'
import { originOf } from '../origin.ts'
import type { VersionPick } from '../version-pick.ts'

export interface MixProject {
  readonly source: SourceView
  /** The names in the root. */
  readonly names: readonly string[]
  /** `app: :shop`; undefined for an umbrella. */
  readonly app?: string
  readonly isUmbrella: boolean
  /** It starts something by itself: `mod: {Shop.Application, []}`. */
  readonly hasApplication: boolean
  readonly releases: readonly string[]
  readonly defaultRelease?: string
  /** Its own, and those of an umbrella's apps. */
  readonly dependencies: readonly MixDependency[]
  /** The apps of an umbrella. */
  readonly members: readonly MixMember[]
  /** Files of the app that mix.exs reads: `File.read!("VERSION")`. */
  readonly files: readonly string[]
  readonly aliases: ReadonlySet<string>
  /** `elixir: "~> 1.14"`. */
  readonly elixir?: VersionPick
}

export interface MixMember {
  /** `apps/web`. */
  readonly directory: string
  readonly aliases: ReadonlySet<string>
}

export interface MixDependency {
  readonly name: string
  /** A directory, for `path:`; `in_umbrella:` has `''`. */
  readonly path?: string
  readonly isFromHex: boolean
}

/** Throws `config.elixir.no-mix` when there is no mix.exs. */
export async function readMixProject(source: SourceView): Promise<MixProject> {
  const names = await source.list()
  const text = names.includes('mix.exs') ? await source.readText('mix.exs') : undefined
  if (text === undefined) {
    throw hop3Error('config.elixir.no-mix', 'The elixir toolchain was asked for, but the app has no mix.exs.', {
      hint: 'Run `mix new . --sup`, or remove elixir from [build] toolchains in hop3.toml.',
    })
  }
  const code = withoutComments(text)
  const elixir = elixirOf(text, code)
  const [app, defaultRelease] = [/\bapp:\s*:(\w+)/.exec(code)?.[1], /\bdefault_release:\s*:(\w+)/.exec(code)?.[1]]
  const isUmbrella = /\bapps_path:/.test(code)
  const directories = isUmbrella ? await membersOf(source) : []
  const texts = await Promise.all(directories.map(async (one) => withoutComments((await source.readText(`${one}/mix.exs`)) ?? '')))
  return {
    source,
    names,
    members: directories.map((directory, index) => ({ directory, aliases: aliasesOf(texts[index] ?? '') })),
    files: await filesRead(source, code),
    ...(app !== undefined && { app }),
    isUmbrella,
    hasApplication: /\bmod:\s*\{/.test(code),
    releases: releasesOf(code),
    ...(defaultRelease !== undefined && { defaultRelease }),
    dependencies: [code, ...texts].flatMap(dependenciesOf),
    aliases: aliasesOf(code),
    ...(elixir && { elixir }),
  }
}

function aliasesOf(code: string): ReadonlySet<string> {
  return new Set([...code.matchAll(/"([\w.]+)":|(?<![\w:.])([a-z]\w*(?:\.\w+)+):\s/g)].map((found) => found[1] ?? found[2] ?? ''))
}

/** `elixir: "~> 1.14"`, or `elixir: @elixir_requirement` with the attribute above it. */
function elixirOf(text: string, code: string): VersionPick | undefined {
  const [, written, attribute] = /\belixir:\s*(?:"([^"]+)"|@(\w+))/.exec(code) ?? []
  if (written !== undefined) return { version: written, origin: originOf('mix.exs', text, /^[^#\n]*\belixir:\s*"/m) }
  const line = attribute === undefined ? undefined : new RegExp(`^[ \\t]*@${attribute}[ \\t]+"([^"]+)"`, 'm')
  const version = line?.exec(code)?.[1]
  return line === undefined || version === undefined ? undefined : { version, origin: originOf('mix.exs', text, line) }
}

async function filesRead(source: SourceView, code: string): Promise<readonly string[]> {
  const calls = code.matchAll(/\b(?:File\.(?:read|stream|exists|regular)|Code\.(?:require|eval|compile)_file)[!?]?[ (]\s*"([^"#]+)"/g)
  const paths = [...calls].map((found) => normalPath(found[1] ?? '')).filter(isInside)
  const found = await Promise.all(paths.map(async (path) => ((await source.hasFile(path)) ? [path] : [])))
  return [...new Set(found.flat())]
}

async function membersOf(source: SourceView): Promise<readonly string[]> {
  const directories = (await source.list('apps')).map((name) => `apps/${name}`)
  const found = await Promise.all(directories.map(async (one) => ((await source.hasFile(`${one}/mix.exs`)) ? [one] : [])))
  return found.flat()
}

/** The keys of the `releases` list, wherever it is written. */
function releasesOf(code: string): readonly string[] {
  const start = /\breleases:\s*\[|\bdefp?\s+releases(?:\(\))?\s*(?:,\s*do:|do)\s*\[/.exec(code)
  if (start === null) return []
  const list = balanced(code.slice(start.index + start[0].length))
  return [...outermost(list).matchAll(/\b(\w+):/g)].map((found) => found[1] ?? '')
}

/** `{:plug, "~> 1.15"}`, `{:lib, path: "lib"}`, `{:x, git: "…"}`, `{:y, in_umbrella: true}`; not what only tests and development use. */
function dependenciesOf(code: string): readonly MixDependency[] {
  const start = /\bdefp?\s+deps(?:\(\))?\s*(?:,\s*do:|do)\s*\[|\bdeps:\s*\[/.exec(code)
  if (start === null) return []
  const list = balanced(code.slice(start.index + start[0].length))
  return tuples(list).flatMap((tuple) => {
    const [, name, rest = ''] = /^\s*:(\w+)\s*,([^]*)$/.exec(tuple) ?? []
    if (name === undefined || isLeftOut(rest)) return []
    const path = /\bpath:\s*"([^"]+)"/.exec(rest)?.[1] ?? (/\bin_umbrella:\s*true/.test(rest) ? '' : undefined)
    return [{ name, ...(path !== undefined && { path }), isFromHex: path === undefined && !/\b(?:git|github):\s*"/.test(rest) }]
  })
}

/** What stands between braces that are in no others. */
function tuples(list: string): readonly string[] {
  const found: string[] = []
  let [depth, start] = [0, 0]
  for (const { 0: brace, index } of list.matchAll(/[{}]/g)) {
    if (brace === '{' && depth++ === 0) start = index + 1
    if (brace === '}' && depth > 0 && --depth === 0) found.push(list.slice(start, index))
  }
  return found
}

/** `only: :dev`, `only: [:dev, :test]`. */
function isLeftOut(rest: string): boolean {
  const only = /\bonly:\s*(\[[^[\]]*\]|:\w+)/.exec(rest)?.[1]
  return only !== undefined && !/:prod\b/.test(only)
}

/** Up to the bracket that closes the list. */
function balanced(code: string): string {
  let depth = 1
  for (let index = 0; index < code.length; index++) {
    const character = code[index] ?? ''
    if ('[{('.includes(character)) depth++
    if (']})'.includes(character) && --depth === 0) return code.slice(0, index)
  }
  return code
}

/** Without what is nested in it. */
function outermost(list: string): string {
  let [depth, start, kept] = [0, 0, '']
  for (let index = 0; index < list.length; index++) {
    const character = list[index] ?? ''
    if ('[{('.includes(character) && depth++ === 0) kept += list.slice(start, index)
    if (']})'.includes(character) && --depth === 0) start = index + 1
  }
  return depth === 0 ? kept + list.slice(start) : kept
}
