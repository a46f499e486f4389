/** What a Gemfile says, read line by line; it is Ruby, and never run. */
import { originOf } from '../origin.ts'
import { withoutComments } from '../code-lines.ts'
import type { VersionPick } from '../version-pick.ts'

export interface DeclaredGem {
  readonly name: string
  /** `~> 7.1`, as far as they are plain texts. */
  readonly requirements: readonly string[]
  /** Empty: the default group. */
  readonly groups: readonly string[]
}

export interface Gemfile {
  readonly gems: readonly DeclaredGem[]
  /** Requirements of `ruby "…"`, joined by commas. */
  readonly ruby?: VersionPick
  /** Directories of gems in the source: `path:`, `path … do`, `gemspec`. */
  readonly paths: readonly string[]
  /** What may be other files it reads, and patterns of such: the texts beside `eval_gemfile`, `ruby file:`, `File.…`, `YAML.load_file`. */
  readonly files: readonly string[]
  readonly sources: readonly string[]
  readonly hasGemspec: boolean
}

export function parseGemfile(file: string, text: string): Gemfile {
  const code = withoutComments(text)
  const gems: DeclaredGem[] = []
  const blocks: (readonly string[])[] = []
  for (const statement of statements(code)) {
    const [, name, rest = ''] = /^gem[ (]\s*["']([\w.-]+)["'](.*)$/.exec(statement) ?? []
    if (name !== undefined) gems.push({ name, requirements: leadingTexts(rest), groups: [...blocks.flat(), ...groupsOf(rest)] })
    if (/^end\b/.test(statement)) blocks.pop()
    else if (/^(?:if|unless|case|begin|while|until|def)\b/.test(statement) || /\bdo(?:\s*\|[^|]*\|)?$/.test(statement))
      blocks.push(/^group\b/.test(statement) ? symbolsOf(statement) : [])
  }
  const ruby = rubyOf(file, text, code)
  const found = (pattern: RegExp): readonly string[] => [...code.matchAll(pattern)].flatMap((match) => match[1] ?? [])
  const hasGemspec = /^[ \t]*gemspec\b/m.test(code)
  return {
    gems,
    ...(ruby && { ruby }),
    hasGemspec,
    paths: [
      ...found(/(?:\bpath:\s*|:path\s*=>\s*|^[ \t]*path[ \t(]+)["']([^"'#]+)["']/gm),
      ...(hasGemspec && !/^[ \t]*gemspec\b.*\bpath\b/m.test(code) ? ['.'] : []),
    ],
    files: filesRead(code),
    sources: found(/(?:^[ \t]*source[ \t(]+|\bsource:\s*)["'](https?:\/\/[^"'#]+)["']/gm),
  }
}

const reads = /\b(?:eval_gemfile|file:|require_relative|File|IO|YAML|Psych|JSON|Dir|Pathname)\b/

/** A path from `__FILE__` begins with the step out of the file. */
function filesRead(code: string): readonly string[] {
  return code.split('\n').flatMap((line) => {
    if (!reads.test(line)) return []
    const texts = [...line.matchAll(/["']([^"'#\s]+)["']/g)].map((match) => match[1] ?? '')
    return [...texts, ...(/\bjoin\b/.test(line) ? [texts.join('/')] : [])].map((path) =>
      /\b__FILE__\b/.test(line) ? path.replace(/^\.\.\//, '') : path,
    )
  })
}

/** Lines, joined where an argument list goes on. */
function statements(code: string): readonly string[] {
  const joined: string[] = []
  let isOpen = false
  for (const line of code.split('\n').map((one) => one.trim())) {
    if (isOpen) joined.push(`${joined.pop() ?? ''} ${line}`)
    else joined.push(line)
    isOpen = /[,(\\]$/.test(line) || (isOpen && line === '')
  }
  return joined
}

/** `, "~> 7.1", ">= 7.1.2", require: false` → the two texts. */
function leadingTexts(rest: string): readonly string[] {
  const texts: string[] = []
  let left = rest
  for (let match = next(left); match !== null; match = next(left)) {
    texts.push(match[1] ?? '')
    left = left.slice(match[0].length)
  }
  return texts
}

function next(text: string): RegExpExecArray | null {
  return /^\s*,\s*["']([^"']*)["'](?!\s*=>)/.exec(text)
}

/** `group: :test`, `groups: [:development, "test"]`, `:group => :test`. */
function groupsOf(rest: string): readonly string[] {
  const value = /(?:\bgroups?:|:groups?\s*=>)\s*(\[[^[\]]*\]|:\w+|["']\w+["'])/.exec(rest)?.[1]
  return value === undefined ? [] : symbolsOf(value)
}

function symbolsOf(text: string): readonly string[] {
  return [...text.matchAll(/(?::|["'])(\w+)/g)].map((match) => match[1] ?? '')
}

function rubyOf(file: string, text: string, code: string): VersionPick | undefined {
  const rest = /^[ \t]*ruby[ \t(]+(["'].*)$/m.exec(code)?.[1]
  const requirements = rest === undefined ? [] : leadingTexts(`,${rest}`)
  if (requirements.length === 0) return undefined
  return { version: requirements.join(', '), origin: originOf(file, text, /^[ \t]*ruby[ \t(]+["']/m) }
}
