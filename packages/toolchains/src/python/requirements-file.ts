/** Reads requirements files with everything they include. */
import { posix } from 'node:path'
import { hop3Error, visible } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { secretNames } from '../secret-names.ts'
import { isPinned, parseRequirement } from './requirement.ts'
import type { Requirement } from './requirement.ts'

export interface RequirementsFile {
  readonly requirements: readonly Requirement[]
  /** This file and all it includes (`-r`, `-c`): what the install phase reads. */
  readonly files: readonly string[]
  /** It installs from the source itself (`-e .`, `./vendored`), so the install phase needs the whole source. */
  readonly usesSource: boolean
  /** Names of requirements without an exact version. */
  readonly unpinned: readonly string[]
  readonly secrets: readonly string[]
}

/** Throws `config.python.requirements-missing` naming the line that includes a file which is not there. */
export async function readRequirementsFile(source: SourceView, file: string): Promise<RequirementsFile> {
  const requirements: Requirement[] = []
  const texts: string[] = []
  const read = new Set<string>()
  let usesSource = false
  const readOne = async (path: string, from: string | undefined): Promise<void> => {
    if (read.has(path)) return
    read.add(path)
    const text = await source.readText(path)
    if (text === undefined) throw missing(path, from)
    texts.push(text)
    for (const { line, number } of logicalLines(text)) {
      const included = /^(?:-r|--requirement|(-c|--constraint))[\s=]*(\S+)/.exec(line)
      if (included?.[2] !== undefined && !/^[a-z]+:/.test(included[2])) {
        const target = posix.normalize(posix.join(posix.dirname(path), included[2]))
        // A constraints file restricts what others ask for; what it names is not a dependency.
        if (included[1] === undefined) await readOne(target, `${path}:${number}`)
        else if (await source.hasFile(target)) read.add(target)
        else throw missing(target, `${path}:${number}`)
        continue
      }
      const requirement = parseRequirement(line)
      if (requirement !== undefined) requirements.push(requirement)
      else if (installsFromSource(line)) usesSource = true
    }
  }
  await readOne(posix.normalize(file), undefined)
  return {
    requirements,
    files: [...read],
    usesSource: usesSource || requirements.some(({ rest }) => /^@\s*(?:file:|\.)/.test(rest)),
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

/** Lines without comments, with continuations joined, numbered by where they begin. */
function logicalLines(text: string): readonly { readonly line: string; readonly number: number }[] {
  const lines: { line: string; number: number }[] = []
  let open = false
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim()
    const last = lines.at(-1)
    if (open && last !== undefined) last.line += ` ${line.replace(/\\$/, '').trim()}`
    else lines.push({ line: line.replace(/\\$/, '').trim(), number: index + 1 })
    open = line.endsWith('\\')
  }
  // `--hash=…` belongs to pip's check of one requirement, not to its name.
  return lines
    .map(({ line, number }) => ({ line: line.replace(/\s--(?:hash|config-settings)[=\s]\S+/g, ''), number }))
    .filter(({ line }) => line !== '')
}

function installsFromSource(line: string): boolean {
  const target = /^(?:-e|--editable)[\s=]*(.*)$/.exec(line)?.[1] ?? line
  return !target.startsWith('-') && !/^(?:git|hg|svn|bzr)\+|^https?:/.test(target)
}
