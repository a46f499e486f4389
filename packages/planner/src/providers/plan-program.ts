/** A program of the host as a provider: asked over stdin and stdout, with nothing but the files it asked for. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hop3Error, type Decision, type ToolVersion } from '@hop3/core'
import type { NamedPlan } from '../app/combine-toolchains.ts'
import { askProgram, type ProgramCall } from './ask-program.ts'
import { checkProvided } from './check-provided.ts'
import { findProgram } from './find-program.ts'
import type { ProviderRequest } from './load-provider.ts'
import { filesAnswer, planAnswer, type ProgramPlan } from './program-answers.ts'
import type { ProviderAccess } from './provider-access.ts'
import { wordFor } from './provider-entry.ts'
import { saidAt } from '../source/said-at.ts'
import { sandbox } from './sandbox.ts'
import { wantedFiles } from './wanted-files.ts'

export interface ProgramLimits {
  /** Milliseconds each question may take. */
  readonly timeout: number
  /** Bytes each answer may have. */
  readonly maxOutput: number
}

const defaultLimits: ProgramLimits = { timeout: 10_000, maxOutput: 4 * 1024 * 1024 }

/**
 * Asks twice, one process each: for the files it wants, then for its plan. Throws `config.provider.exec-*`: not there, came with an app, not to
 * be confined, hangs, wrote too much, failed, answered what is no answer, or a plan that is none.
 */
export async function planFromProgram(
  { entry, origin, source, sourcePath }: ProviderRequest,
  program: string,
  access: ProviderAccess,
  limits: ProgramLimits = defaultLimits,
): Promise<NamedPlan> {
  const { providers, cachePath, env } = access
  const home = providers?.home
  const file = findProgram({ program, origin, sourcePath, home, cachePath, path: env['PATH'] ?? '' })
  const name = `exec:${wordFor(entry)}`
  const cwd = await mkdtemp(join(tmpdir(), 'hop3-provider-'))
  try {
    const hidden = ['/run', sourcePath, cachePath, ...(home === undefined ? [] : [join(home, 'apps')])]
    const prefix = await sandbox({ access, hidden, program: file, cwd })
    if (prefix === undefined && providers?.allowCode !== true) throw unconfined(origin, name)
    const call: ProgramCall = { name, origin, argv: [...(prefix ?? []), file], cwd, access, limits }
    return await saidAt(origin, async () => {
      const { files } = await askProgram(call, { protocol: 1, method: 'files' }, filesAnswer)
      const contents = await wantedFiles(source, files, name)
      const answer = await askProgram(call, { protocol: 1, method: 'plan', files: contents }, planAnswer)
      return { name: wordFor(entry), ...planOf(answer, name) }
    })
  } finally {
    await rm(cwd, { recursive: true, force: true })
  }
}

function planOf(answer: ProgramPlan, name: string): Pick<NamedPlan, 'plan' | 'extra'> {
  const { kind, phases, processes, variables, versions, exclude, runtime, warnings, buildImage } = answer
  const said = Object.entries(versions).map(([tool, one]): [string, ToolVersion] => [
    tool,
    { version: typeof one === 'string' ? one : one.version, origin: name },
  ])
  const started = Object.entries(processes).map(([worker, value]): Decision => ({ key: `processes.${worker}`, value, origin: name }))
  const plan = {
    kind,
    phases,
    processes,
    ...(variables ? { variables } : {}),
    versions: Object.fromEntries(said),
    ...(exclude ? { exclude } : {}),
    runtime: withoutNulls(runtime),
    decisions: [...answer.decisions.map(({ key, value }) => ({ key, value, origin: name })), ...started],
    warnings: warnings.map((warning) => `${name}: ${warning}`),
  }
  return {
    plan: checkProvided(plan, () => name),
    extra: { buildImage },
  }
}

function withoutNulls<Table extends object>(table: Table): { [Key in keyof Table]?: NonNullable<Table[Key]> } {
  const kept: { [Key in keyof Table]?: NonNullable<Table[Key]> } = {}
  for (const key in table) {
    const value = table[key]
    if (value !== undefined && value !== null) kept[key] = value
  }
  return kept
}

function unconfined(origin: string, name: string): Error {
  return hop3Error(
    'config.provider.exec-unconfined',
    `${origin}: ${name} is a program, and this host offers no way to keep it from the network.`,
    {
      hint: 'Allow unprivileged user namespaces and install util-linux (`unshare`), or, if you trust the program, add --allow-provider-code.',
      details: { origin },
    },
  )
}
