/** What an image is made from: a Dockerfile, and the files its build may read. */
import { hash } from 'node:crypto'
import { visible } from '@hop3/core'
import { createSourceFilter, type PlannedApp } from '@hop3/planner'
import type { BuildSession } from './build-session.ts'
import type { ContextEntry } from './context/context-entry.ts'
import type { DockerfileText } from './context/context-tar.ts'
import { ignoreJudge } from './context/ignore-judge.ts'
import { noRules, readIgnoreRules } from './context/ignore-rules.ts'
import { readContext, type ContextJudge } from './context/read-context.ts'
import { join } from 'node:path'

export interface BuildInput {
  /** The directory the entries lie in. */
  readonly root: string
  readonly dockerfile: DockerfileText
  readonly entries: readonly ContextEntry[]
  /** Sockets, pipes and devices of the source. */
  readonly left: readonly string[]
  /** Present where the Dockerfile was made from the plan. */
  readonly planned?: PlannedApp
  /** Names of secrets its steps may mount. */
  readonly secrets: readonly string[]
  readonly warnings: readonly string[]
  /** Images a generated Dockerfile begins with. */
  readonly baseImages: readonly string[]
}

/** `buildkit`: which builder a generated Dockerfile is for. Throws what reading and planning throw. */
export async function readInput(session: BuildSession, buildkit: boolean): Promise<BuildInput> {
  const dockerfile = await session.dockerfile()
  return dockerfile === undefined ? generatedInput(session, buildkit) : ownInput(session, dockerfile)
}

type Own = NonNullable<Awaited<ReturnType<BuildSession['dockerfile']>>>

async function ownInput(session: BuildSession, { path, text, rules }: Own): Promise<BuildInput> {
  const judge = ignoreJudge(rules === undefined ? noRules : readIgnoreRules(rules.text, rules.path))
  const { entries, left } = await listed(session, session.root, judge)
  const applied = rules?.path === '.dockerignore' ? { rules: rules.text } : {}
  const { secrets } = session.options
  const { root } = session
  return {
    root,
    dockerfile: { path, text, isInside: true, ...applied },
    entries,
    left,
    secrets,
    warnings: unserved(session),
    baseImages: [],
  }
}

/** A proxy on the host sees no directory of an image. */
function unserved({ context }: BuildSession): readonly string[] {
  const { runtime, origins } = context.config
  const prefixes = Object.keys(runtime.staticPaths ?? {})
  const where = origins[`runtime.staticPaths.${prefixes[0]}`] ?? 'the configuration'
  return prefixes.length === 0
    ? []
    : [`Nothing but the app serves ${prefixes.map(visible).join(', ')} (${where}): no proxy sees the files of a container.`]
}

async function generatedInput(session: BuildSession, buildkit: boolean): Promise<BuildInput> {
  const { context } = session
  const planned = await session.planned()
  const { planDockerfile, startedScripts } = await import('./dockerfile/dockerfile.ts')
  const named = Object.values(planned.plan.phases).flatMap((phase) => phase.secrets ?? [])
  const givenSecrets = named.filter((name) => context.secret(name) !== undefined)
  const { sourcePath, config, appName } = context
  const root = join(sourcePath, planned.base)
  const scripts = await startedScripts(planned, root)
  const { text, baseImages, secrets, warnings } = planDockerfile({ planned, appName, buildkit, givenSecrets, scripts })
  const filter = await createSourceFilter({ sourcePath, base: planned.base, config, exclude: planned.plan.exclude ?? [] })
  const judge: ContextJudge = (path, isDirectory) => ({ isTaken: filter(path, isDirectory) })
  const { entries, left } = await listed(session, root, judge)
  return {
    root,
    dockerfile: { path: 'Dockerfile', text, isInside: false },
    entries,
    left,
    planned,
    secrets: [...new Set([...secrets, ...session.options.secrets])],
    warnings: [...planned.warnings, ...warnings],
    baseImages,
  }
}

function listed({ context }: BuildSession, root: string, judge: ContextJudge): ReturnType<typeof readContext> {
  const { cachePath, release, signal, env } = context
  const epoch = Number(env['SOURCE_DATE_EPOCH'] ?? '')
  const time = env['SOURCE_DATE_EPOCH'] !== undefined && Number.isSafeInteger(epoch) ? { epoch } : {}
  return readContext({ root, judge, own: [cachePath, release.path], signal, ...time })
}

/** The same for builds of one source on one host. */
export function sourceKey(session: BuildSession): string {
  return hash('sha256', `hop3 ${session.root}`, 'hex').slice(0, 32)
}
