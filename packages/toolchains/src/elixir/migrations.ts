/** How a Mix project migrates its database: by the module that `mix phx.gen.release` writes, and by nothing else. */
import { posix } from 'node:path'
import type { Decision } from '@hop3/core'
import { withoutComments } from '../code-lines.ts'
import { originOf } from '../origin.ts'
import type { MixProject } from './mix-file.ts'
import type { ElixirOptions } from './options.ts'

export interface Migrations {
  readonly beforeRun: readonly string[]
  readonly decisions: readonly Decision[]
  readonly warnings: readonly string[]
}

/** `program`: of the release. */
export async function findMigrations(project: MixProject, program: string | undefined, { migrations }: ElixirOptions): Promise<Migrations> {
  const key = 'elixir.migrations'
  const none = (value: string, origin: string): Migrations => ({ beforeRun: [], decisions: [{ key, value, origin }], warnings: [] })
  if (migrations === false) return none('not run', 'hop3.toml [build.elixir] migrations')
  if (!project.dependencies.some(({ name }) => name === 'ecto_sql')) return { beforeRun: [], decisions: [], warnings: [] }
  for (const file of candidates(project)) {
    const text = withoutComments((await project.source.readText(file)) ?? '')
    const module = /\bdefmodule\s+([A-Z][\w.]*)/.exec(text)?.[1]
    if (program === undefined || module === undefined || !/\bdef migrate(?:\(\))?\s*(?:,|do)/.test(text)) continue
    const command = `${program} eval ${module}.migrate`
    return { beforeRun: [command], decisions: [{ key, value: command, origin: originOf(file, text, /\bdef migrate\b/) }], warnings: [] }
  }
  if (program === undefined)
    return none('not run: there is no release; `release: mix ecto.migrate` in Procfile migrates', 'elixir toolchain')
  return none('not run: `mix phx.gen.release` writes the module that would, lib/…/release.ex', 'elixir toolchain')
}

function candidates({ app, members }: MixProject): readonly string[] {
  const names = members.map(({ directory }) => posix.basename(directory))
  return [...(app === undefined ? [] : [`lib/${app}/release.ex`]), ...names.map((name) => `apps/${name}/lib/${name}/release.ex`)]
}
