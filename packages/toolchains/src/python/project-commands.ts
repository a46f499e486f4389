/** The commands an installed project brings. */
import { posix } from 'node:path'
import { quotedTexts } from '../brackets.ts'
import { originOf } from '../origin.ts'
import { tableAt, textAt } from '../value-at.ts'
import type { PythonApp } from './python-app.ts'

export interface ProjectCommand {
  /** One plain word. */
  readonly name: string
  /** What it calls: `shop.cli`; undefined for a program that is copied as it is. */
  readonly module: string | undefined
}

export interface ProjectCommands {
  /** In the order of the file. */
  readonly commands: readonly ProjectCommand[]
  readonly file: string
  readonly origin: string
}

/** `[project.scripts]` and `[tool.poetry.scripts]`, else `console_scripts` of setup.cfg, else of setup.py where it is written out, else its `scripts`. */
export async function projectCommands(app: PythonApp): Promise<ProjectCommands> {
  const { pyproject, source, names } = app
  const tables = [tableAt(pyproject?.data, 'project', 'scripts'), tableAt(pyproject?.data, 'tool', 'poetry', 'scripts')]
  const inProject = found(
    'pyproject.toml',
    pyproject?.text,
    /^[ \t]*\[(?:project|tool\.poetry)\.scripts\]/m,
    tables.flatMap((table) => Object.keys(table ?? {}).map((name) => ({ name, module: moduleIn(textAt(table, name)) }))),
  )
  if (inProject.commands.length > 0) return inProject
  for (const file of ['setup.cfg', 'setup.py'].filter((name) => names.includes(name))) {
    const text = (await source.readText(file)) ?? ''
    const listed = found(file, text, /\bconsole_scripts\b/, writtenIn(text))
    if (listed.commands.length > 0) return listed
    const copied = file === 'setup.py' ? found(file, text, scripts, copiedBy(text)) : listed
    if (copied.commands.length > 0) return copied
  }
  return inProject
}

function found(file: string, text: string | undefined, place: RegExp, all: readonly ProjectCommand[]): ProjectCommands {
  // The name becomes a word of a shell line.
  const plain = new Map<string, ProjectCommand>()
  for (const one of all) if (/^[\w.-]+$/.test(one.name) && !plain.has(one.name)) plain.set(one.name, one)
  return { commands: [...plain.values()], file, origin: originOf(file, text, place) }
}

/** `shop.cli` of `shop.cli:main`. */
function moduleIn(target: string | undefined): string | undefined {
  return /^\s*([\w.]+):\w/.exec(target ?? '')?.[1]
}

/** `shop = shop.cli:main`, below `console_scripts`: the lines of an INI file, of a text of one, or the texts of a list. */
function writtenIn(text: string): readonly ProjectCommand[] {
  const [, after = ''] = text.split(/\bconsole_scripts\b/, 2)
  // `[console_scripts]`
  const rest = after.replace(/^\]/, '')
  const end = rest.search(/\n[ \t]*\n|\n\[|\]|"""|'''/)
  const block = rest.slice(0, end === -1 ? 4000 : Math.min(end, 4000))
  return [...block.matchAll(/(?:^|["'\n])[ \t]*([\w.-]+)[ \t]*=[ \t]*([\w.]+:\w+)/g)].map(([, name = '', target]) => ({
    name,
    module: moduleIn(target),
  }))
}

/** `scripts=["bin/shop"]`: files that are installed as they are. */
const scripts = /\bscripts["']?\s*[=:]\s*\[/

function copiedBy(text: string): readonly ProjectCommand[] {
  return quotedTexts(text, scripts).map((path) => ({ name: posix.basename(path), module: undefined }))
}
