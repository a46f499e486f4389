/** The commands an installed project brings. */
import { originOf } from '../origin.ts'
import { tableAt } from '../value-at.ts'
import type { PythonApp } from './python-app.ts'

export interface ProjectCommands {
  /** In the order of the file; each is one plain word. */
  readonly names: readonly string[]
  readonly file: string
  readonly origin: string
}

/** `[project.scripts]` and `[tool.poetry.scripts]`, else `console_scripts` of setup.cfg, else of setup.py where it is written out. */
export async function projectCommands(app: PythonApp): Promise<ProjectCommands> {
  const { pyproject, source, names } = app
  const tables = [tableAt(pyproject?.data, 'project', 'scripts'), tableAt(pyproject?.data, 'tool', 'poetry', 'scripts')]
  const inProject = found(
    'pyproject.toml',
    pyproject?.text,
    /^[ \t]*\[(?:project|tool\.poetry)\.scripts\]/m,
    tables.flatMap((table) => Object.keys(table ?? {})),
  )
  if (inProject.names.length > 0) return inProject
  for (const file of ['setup.cfg', 'setup.py'].filter((name) => names.includes(name))) {
    const text = (await source.readText(file)) ?? ''
    const commands = found(file, text, /\bconsole_scripts\b/, writtenIn(text))
    if (commands.names.length > 0) return commands
  }
  return inProject
}

function found(file: string, text: string | undefined, place: RegExp, names: readonly string[]): ProjectCommands {
  // The name becomes a word of a shell line.
  return { names: [...new Set(names)].filter((name) => /^[\w.-]+$/.test(name)), file, origin: originOf(file, text, place) }
}

/** `shop = shop.cli:main`, below `console_scripts`: the lines of an INI file, of a text of one, or the texts of a list. */
function writtenIn(text: string): readonly string[] {
  const [, after = ''] = text.split(/\bconsole_scripts\b/, 2)
  // `[console_scripts]`
  const rest = after.replace(/^\]/, '')
  const end = rest.search(/\n[ \t]*\n|\n\[|\]|"""|'''/)
  const block = rest.slice(0, end === -1 ? 4000 : Math.min(end, 4000))
  return [...block.matchAll(/(?:^|["'\n])[ \t]*([\w.-]+)[ \t]*=[ \t]*[\w.]+:\w+/g)].map(([, name = '']) => name)
}
