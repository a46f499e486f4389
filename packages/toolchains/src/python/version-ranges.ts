/** The versions of Python that an app's manifests allow. */
import type { VersionPick } from '../version-pick.ts'
import { originOf } from '../origin.ts'
import { programText } from '../readable-text.ts'
import { textAt } from '../value-at.ts'
import type { PythonApp } from './python-app.ts'

/** `requires-python`, Poetry's `python` and the `requires-python` of uv.lock, as written; what allows every version is left out. */
export async function versionRanges({ source, names, pyproject }: PythonApp): Promise<readonly VersionPick[]> {
  const inProject = textAt(pyproject?.data, 'project', 'requires-python')
  const inPoetry = textAt(pyproject?.data, 'tool', 'poetry', 'dependencies', 'python')
  const ranges = [
    { version: inProject, origin: originOf('pyproject.toml', pyproject?.text, /^[ \t]*requires-python\s*=/m) },
    { version: inPoetry, origin: originOf('pyproject.toml', pyproject?.text, /^[ \t]*python\s*=/m) },
    ...(names.includes('uv.lock') ? [uvLockRange(await programText(source, 'uv.lock'))] : []),
  ]
  return ranges.flatMap(({ version, origin }) => (version === undefined || /^[\s*]*$/.test(version) ? [] : [{ version, origin }]))
}

/** uv.lock is long, and its third line says it: no need to parse the rest. */
function uvLockRange(text: string | undefined): { readonly version: string | undefined; readonly origin: string } {
  const line = /^requires-python = "([^"]*)"/m
  return { version: line.exec(text ?? '')?.[1], origin: originOf('uv.lock', text, line) }
}
