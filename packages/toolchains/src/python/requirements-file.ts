/** Reads requirements files with everything they include. */
import { posix } from 'node:path'
import { hop3Error, joinPaths, normalPath, visible } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { insidePath } from '../inside.ts'
import { secretNames } from '../secret-names.ts'
import { isPinned, parseRequirement } from './requirement.ts'
import type { Requirement } from './requirement.ts'

export interface RequirementsFile {
  readonly requirements: readonly Requirement[]
  /** This file and all it includes (`-r`, `-c`): what the install phase reads. */
  readonly files: readonly string[]
  /** Directories and files of the app that it installs from: `./vendored/thing`, `-e libs/core`. */
  readonly local: readonly string[]
  /** It installs the app itself (`-e .`), or from where a look does not tell, so the install needs the whole source. */
  readonly usesSource: boolean
  /** The requirements as written, without what lies in the source. */
  readonly named: readonly string[]
  /** Nothing but requirements and paths in a single file: no option, no hash, no other file. */
  readonly areSimple: boolean
  /** Names of requirements without an exact version. */
  readonly unpinned: readonly string[]
  readonly secrets: readonly string[]
}

/** Throws `config.python.requirements-missing` naming the line that includes a file which is not there. */
export async function readRequirementsFile(source: SourceView, file: string): Promise<RequirementsFile> {
  const requirements: Requirement[] = []
  const texts: string[] = []
  const read = new Set<string>()
  const local: string[] = []
  const named: string[] = []
  let areSimple = true
  const readOne = async (path: string, from: string | undefined, isConstraint = false): Promise<void> => {
    if (read.has(path)) return
    read.add(path)
    const text = await source.readText(path)
    if (text === undefined) throw missing(path, from)
    texts.push(text)
    for (const { line, number, isPlain } of logicalLines(text)) {
      const included = /^(?:-r|--requirement|(-c|--constraint))[\s=]*(\S+)/.exec(line)
      if (!isPlain || (line.startsWith('-') && localTarget(line) === undefined)) areSimple = false
      if (included?.[2] !== undefined && !/^[a-z]+:/.test(included[2])) {
        const target = normalPath(joinPaths(posix.dirname(path), included[2]))
        await readOne(target, `${path}:${number}`, isConstraint || included[1] !== undefined)
        continue
      }
      // A constraints file restricts what others ask for; what it names is not a dependency.
      if (isConstraint) continue
      const links = /^(?:-f|--find-links)[\s=]+(\S+)/.exec(line)?.[1]
      if (links !== undefined && !/^[a-z]+:/.test(links)) local.push(normalPath(links).replace(/(?<=[^/])\/$/, ''))
      const requirement = parseRequirement(line)
      const target = localTarget(requirement === undefined ? line : requirement.rest.replace(/^@\s*(?:file:(?:\/\/)?)?/, '@'))
      if (requirement !== undefined) requirements.push(requirement)
      if (target !== undefined) local.push(target)
      else if (!line.startsWith('-')) named.push(line)
    }
  }
  await readOne(normalPath(file), undefined)
  return {
    requirements,
    files: [...read],
    local: [...new Set(local.filter((path) => insidePath(path) !== undefined))].toSorted(),
    usesSource: local.some((path) => insidePath(path) === undefined),
    named,
    areSimple,
    unpinned: requirements.filter((one) => !isPinned(one)).map(({ name }) => name),
    secrets: secretNames(...texts),
  }
}

function missing(path: string, from: string | undefined): Error {
  return hop3Error(
    'config.python.requirements-missing',
    `${from ?? '[build.python] requirements'} names ${visible(path)}, which is not a file of the app.`,
    {
      hint: `Add ${path} to the app (is it excluded by .gitignore?), or remove the line that names it.`,
    },
  )
}

/** Lines without comments, with continuations joined, numbered by where they begin. Those of a requirement's own options are not plain. */
function logicalLines(text: string): readonly { readonly line: string; readonly number: number; readonly isPlain: boolean }[] {
  const lines: { line: string; number: number }[] = []
  let open = false
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim()
    if (line === '' && !open) continue
    const last = lines.at(-1)
    if (open && last !== undefined) last.line += ` ${line.replace(/\\$/, '').trim()}`
    else lines.push({ line: line.replace(/\\$/, '').trim(), number: index + 1 })
    open = line.endsWith('\\')
  }
  // `--hash=…` belongs to pip's check of one requirement, not to its name.
  return lines
    .map((one) => ({ ...one, isPlain: !/\s--[a-z]/.test(one.line), line: one.line.replace(/\s--(?:hash|config-settings)[=\s]\S+/g, '') }))
    .filter(({ line }) => line !== '')
}

/**
 * Where in the source a line installs from: `-e .[dev]`, `./libs/core`, `vendor/thing.whl`; undefined when it does not. `@./libs/core` is the rest
 * of a named requirement.
 */
function localTarget(line: string): string | undefined {
  const written = /^(?:-e|--editable)[\s=]*(.*)$/.exec(line)?.[1] ?? (line.startsWith('@') ? line.slice(1) : line)
  const target = written.replace(/^["']|["']$/g, '').replace(/^file:(?:\/\/)?/, '')
  const end = target.search(/[;[]|\s@\s/)
  const path = (end === -1 ? target : target.slice(0, end)).trimEnd()
  // No path is longer.
  if (path.length > 4096) return undefined
  const isPath =
    /^\.{0,2}(?:\/|$)/.test(path) ||
    /^[\w.-]+(?:\/[\w.-]+)*(?:\/|\.(?:whl|tar\.gz|zip))$/.test(path) ||
    /^[\w.-]+(?:\/[\w.-]+)+$/.test(path)
  return path !== '' && isPath && !written.startsWith('-') ? normalPath(path).replace(/(?<=.)\/$/, '') : undefined
}
