/** An app that is a member of a uv workspace: it lies in a directory of its own, and its lock file in the root of the source. */
import { posix } from 'node:path'
import { joinPaths } from '@hop3/core'
import type { ToolchainContext } from '@hop3/core'
import type { InstallFacts } from './phases.ts'
import { readPythonApp } from './python-app.ts'
import type { PythonApp } from './python-app.ts'
import { sourceBelow } from '../source-below.ts'

export interface Member {
  readonly app: PythonApp
  /** The facts of the app's own directory, said from the root of the source; commands still run in the app's. */
  readonly place: (facts: InstallFacts) => InstallFacts
}

export async function readMember({ source, root }: ToolchainContext, requirementsName: string | undefined): Promise<Member> {
  const app = await readPythonApp(sourceBelow(source, root), requirementsName)
  if (root === '') return { app, place: (facts) => facts }
  const above = (await source.list()).filter((name) => ['uv.lock', 'uv.toml', '.python-version'].includes(name))
  const isLocked = above.includes('uv.lock')
  const own = new Set(app.names)
  return {
    app: isLocked ? { ...app, names: [...app.names, 'uv.lock'] } : app,
    place: (facts) => ({
      ...facts,
      up: `${posix.relative(root, '')}/`,
      ...(facts.uvLater && { uvLater: 'workspace' }),
      inputs: facts.inputs && [
        ...(isLocked ? ['pyproject.toml', ...above] : []),
        ...facts.inputs.filter((name) => own.has(name.split('/')[0] ?? '')).map((name) => joinPaths(root, name)),
      ],
    }),
  }
}
