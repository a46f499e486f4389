/** Which Python an app asks for. */
import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import type { PythonOptions } from './options.ts'
import { originOf } from '../origin.ts'
import { toolFilePicks } from '../tool-files.ts'
import { textAt } from '../value-at.ts'
import { choosePick, outsideRange } from '../version-pick.ts'
import type { VersionPick } from '../version-pick.ts'
import type { PythonApp } from './python-app.ts'
import { allows } from './specifier.ts'

export interface PythonVersion {
  /** The program to start: `python3`, or `python3.12` where a version is asked for. */
  readonly program: string
  /** `3.12`; absent when the app does not say. */
  readonly minor?: string
  readonly pick?: ToolVersion
  readonly warnings: readonly string[]
}

const exact = /^(3)(?:\.(\d+))?(?:\.(\d+))?$/

/**
 * Command line and hop3.toml > Pipfile > .python-version > runtime.txt > mise.toml, .tool-versions > the host's `python3`.
 * `requires-python` validates the pick. Throws `config.python.version` and `config.python.version-conflict`.
 */
export async function choosePython(app: PythonApp, context: ToolchainContext, options: PythonOptions): Promise<PythonVersion> {
  const inFiles = await filePicks(app)
  const fromOptions = options.version === undefined ? undefined : { version: options.version, origin: 'hop3.toml [build.python] version' }
  const asked = context.versions['python'] ?? fromOptions
  const pick = choosePick('python', asked, inFiles)
  const warnings = inFiles
    .filter(({ origin }) => origin.startsWith('runtime.txt'))
    .map(({ version }) => `runtime.txt is deprecated: write ${version} into .python-version instead.`)
  const range = requiredPython(app)
  if (pick === undefined) return { program: 'python3', warnings }
  const [, major, minor] = exact.exec(pick.version) ?? []
  if (major === undefined) throw notAVersion(pick)
  if (range !== undefined && !allows(range.version, pick.version)) throw outsideRange('python', pick, range)
  return minor === undefined ? { program: 'python3', pick, warnings } : { program: `python3.${minor}`, minor: `3.${minor}`, pick, warnings }
}

async function filePicks({ source, names }: PythonApp): Promise<readonly VersionPick[]> {
  const has = (file: string): boolean => names.includes(file)
  const picks: VersionPick[] = []
  if (has('Pipfile')) {
    const pipfile = await source.readToml('Pipfile')
    for (const key of ['python_full_version', 'python_version']) {
      const version = textAt(pipfile, 'requires', key)
      if (version !== undefined)
        picks.push({ version, origin: originOf('Pipfile', await source.readText('Pipfile'), new RegExp(`^\\s*${key}`, 'm')) })
    }
  }
  for (const file of ['.python-version', 'runtime.txt'].filter(has)) {
    const version = firstLine(file, (await source.readText(file)) ?? '')
    if (version !== undefined) picks.push(version)
  }
  return [...picks, ...(await toolFilePicks(source, names, ['python']))]
}

/** pyenv and uv read the first line that says something, and so do we. */
function firstLine(file: string, text: string): VersionPick | undefined {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, '').trim())
  const index = lines.findIndex((line) => line !== '')
  const version = lines[index]?.replace(/^(?:python-|cpython-|cpython@)/, '')
  return version === undefined ? undefined : { version, origin: `${file}:${index + 1}` }
}

function requiredPython({ pyproject }: PythonApp): ToolVersion | undefined {
  const version = textAt(pyproject?.data, 'project', 'requires-python')
  return version === undefined ? undefined : { version, origin: originOf('pyproject.toml', pyproject?.text, /^\s*requires-python\s*=/m) }
}

function notAVersion({ version, origin }: VersionPick): Error {
  return hop3Error('config.python.version', `${origin} asks for Python ${visible(version)}, which is not a version of Python 3.`, {
    hint: 'Write the minor version alone, for example 3.12, or an exact one, for example 3.12.4; no prefix, no quotes, no wildcard.',
    details: { version: visible(version), origin },
  })
}
