/** What setup.cfg and setup.py say by their usual forms; the latter is a program, and never run. */
import type { SourceView } from '@hop3/core'
import { quotedTexts } from '../brackets.ts'
import { withoutComments } from '../code-lines.ts'
import { parseRequirement } from './requirement.ts'
import type { Requirement } from './requirement.ts'

export interface SetupFile {
  /** As it is written; `''` where nothing says it. */
  readonly name: string
  readonly requirements: readonly Requirement[]
  /** setup.cfg describes a project, beside a pyproject.toml that says what builds it. */
  readonly isDeclared: boolean
}

export async function readSetupFile(source: SourceView, names: readonly string[]): Promise<SetupFile> {
  const textOf = async (file: string): Promise<string> => (names.includes(file) ? withoutComments((await source.readText(file)) ?? '') : '')
  const [settings, program] = [await textOf('setup.cfg'), await textOf('setup.py')]
  const metadata = sectionOf(settings, 'metadata')
  const name =
    /^name\s*=\s*(\S+)/m.exec(metadata)?.[1] ??
    (/\bname\s*=\s*["']([^"'\s]+)["']/.exec(program) ?? /["']name["']\s*:\s*["']([^"'\s]+)["']/.exec(program))?.[1] ??
    ''
  const listed = /^install_requires\s*=[ \t]*((?:.*\n?)(?:[ \t]+\S.*\n?)*)/m.exec(sectionOf(settings, 'options'))?.[1] ?? ''
  const lines = [...listed.split('\n'), ...quotedTexts(program, /\binstall_requires["']?\s*[=:]\s*\[/)]
  return {
    name,
    requirements: lines.flatMap((line) => parseRequirement(line) ?? []),
    isDeclared: metadata !== '',
  }
}

function sectionOf(settings: string, name: string): string {
  const start = settings.search(new RegExp(`^\\[${name}\\]`, 'm'))
  if (start === -1) return ''
  const rest = settings.slice(start + name.length + 2)
  const end = rest.search(/^\[/m)
  return end === -1 ? rest : rest.slice(0, end)
}
