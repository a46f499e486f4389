/** Which Python an app asks for. */
import { hop3Error, visible } from '@hop3/core'
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { askedVersion, versionFilePick } from '../asked-version.ts'
import type { PythonOptions } from './options.ts'
import { originOf } from '../origin.ts'
import { toolFilePicks } from '../tool-files.ts'
import { textAt } from '../value-at.ts'
import { choosePick, isRange, outsideRange } from '../version-pick.ts'
import type { VersionPick } from '../version-pick.ts'
import type { PythonApp } from './python-app.ts'
import { allows } from './specifier.ts'
import { versionRanges } from './version-ranges.ts'

export interface PythonVersion {
  /** The program to start: `python3`, or `python3.12` where a version is asked for. */
  readonly program: string
  /** `3.12`; absent when the app does not say. */
  readonly minor?: string
  /** What the app asks for: a version, or the range its manifest allows. */
  readonly pick?: ToolVersion
  readonly warnings: readonly string[]
}

const exact = /^(3)(?:\.(\d+))?(?:\.(\d+))?$/

/**
 * Command line and hop3.toml > Pipfile > .python-version > runtime.txt > mise.toml, .tool-versions > any the manifest's range allows.
 * Ranges (`requires-python`, Poetry's `python`, that of uv.lock) judge the pick. Throws `config.python.version` and `.version-conflict`.
 */
export async function choosePython(app: PythonApp, context: ToolchainContext, options: PythonOptions): Promise<PythonVersion> {
  const inFiles = await filePicks(app)
  const asked = askedVersion('python', context, options)
  const pick = choosePick('python', asked && normalized(asked), inFiles)
  const warnings = inFiles
    .filter(({ origin }) => origin.startsWith('runtime.txt'))
    .map(({ version }) => `runtime.txt is deprecated: write ${version} into .python-version instead.`)
  const ranges = await versionRanges(app)
  const [range] = ranges
  if (pick === undefined) return { program: 'python3', ...(range && { pick: range }), warnings }
  if (isRange(pick.version)) return { program: 'python3', pick, warnings }
  const [, major, minor] = exact.exec(pick.version) ?? []
  if (major === undefined) throw notAVersion(pick)
  const other = ranges.find(({ version }) => !allows(version, pick.version))
  if (other !== undefined) throw outsideRange('python', pick, other)
  return minor === undefined ? { program: 'python3', pick, warnings } : { program: `python3.${minor}`, minor: `3.${minor}`, pick, warnings }
}

async function filePicks({ source, names }: PythonApp): Promise<readonly VersionPick[]> {
  const picks: VersionPick[] = []
  if (names.includes('Pipfile')) {
    const pipfile = await source.readToml('Pipfile')
    for (const key of ['python_full_version', 'python_version']) {
      const version = textAt(pipfile, 'requires', key)
      if (version !== undefined)
        picks.push({ version, origin: originOf('Pipfile', await source.readText('Pipfile'), new RegExp(`^[ \\t]*${key}`, 'm')) })
    }
  }
  for (const file of ['.python-version', 'runtime.txt']) picks.push(...(await versionFilePick(source, names, file)))
  // `system` is pyenv's and asdf's word for what the host has; `*` is Pipenv's.
  return [...picks, ...(await toolFilePicks(source, names, ['python']))]
    .map(normalized)
    .filter(({ version }) => !/^(?:system|\*)$/.test(version))
}

/** `python-3.12.4`, uv's `cpython-3.12.4-linux-x86_64-gnu`, `3.12.x` and `3.12.*` say no more than the numbers in them. */
function normalized({ version, origin }: VersionPick): VersionPick {
  const [, numbers] =
    /^(?:python-?|cpython[-@])?(3(?:\.\d+){0,2})(?:\.[x*])?(?:-(?:linux|macos|windows)-[\w-]+)?$/.exec(version.trim()) ?? []
  return { version: numbers ?? version, origin }
}

function notAVersion({ version, origin }: VersionPick): Error {
  const isOther = /^(?:pypy|graalpy|jython|miniconda|anaconda|miniforge)/i.test(version)
  return hop3Error('config.python.version', `${origin} asks for Python ${visible(version)}, which is not a version of Python 3.`, {
    hint: `${isOther ? 'Hop3 runs apps with CPython. ' : ''}Write the minor version alone, for example 3.12, or an exact one, for example 3.12.4; no quotes.`,
    details: { version: visible(version), origin },
  })
}
