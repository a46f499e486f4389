/** A stage for each phase that has commands, each on top of the one before. */
import { posix } from 'node:path'
import { hop3Error, shellQuote, type BuildPlan, type Phase } from '@hop3/core'
import { orderPhases } from '@hop3/planner'
import { appRoot } from './app-root.ts'
import { phaseCaches } from './cache-mounts.ts'
import { copyWords, isRepresentable, unfitPath } from './quote.ts'
import { checkedName, runInstruction } from './run-instruction.ts'
import { inputCopies } from './source-stage.ts'

export interface PhaseRequest {
  readonly plan: BuildPlan
  readonly appName: string
  readonly buildkit: boolean
  /** Secrets that have a value; undefined: any may have one. */
  readonly givenSecrets: readonly string[] | undefined
}

export interface PhaseStages {
  readonly lines: readonly string[]
  /** The last stage's name: `base` where no phase has a command. */
  readonly last: string
  /** Whether the last stage holds the app's source. */
  readonly hasSource: boolean
  /** Names of the secrets that are mounted. */
  readonly secrets: readonly string[]
}

/** Throws `build.dockerfile.secrets` where a secret would have to get into an image's history. */
export function phaseStages(request: PhaseRequest): PhaseStages {
  const { plan } = request
  const lines: string[] = []
  const made: string[] = []
  const secrets = new Set<string>()
  const names = new Set(['base', 'source', 'files', 'scratch', 'run'])
  let last = 'base'
  let hasSource = false
  let paths: readonly string[] = []
  for (const name of orderPhases(plan)) {
    const phase = plan.phases[name]
    if (phase === undefined) continue
    paths = [...(phase.paths ?? []), ...paths]
    if (phase.cmds.length === 0) continue
    const stage = unique(name, names)
    const inputs = copiesOf(phase, stage, hasSource, made)
    lines.push(...inputs.stage, ...(inputs.stage.length === 0 ? [] : ['']), `FROM ${last} AS ${stage}`)
    if (paths.length > 0) lines.push(pathLine(paths))
    if (last === 'base' && plan.root !== undefined) lines.push(`WORKDIR ${directory(plan)}`)
    lines.push(...inputs.lines, runOf(request, name, phase), '')
    hasSource ||= phase.onlyIncludeFiles === undefined
    for (const secret of request.buildkit ? (phase.secrets ?? []) : []) secrets.add(secret)
    made.push(...(phase.outputs ?? []))
    paths = []
    last = stage
  }
  return { lines, last, hasSource, secrets: [...secrets].toSorted() }
}

function copiesOf({ onlyIncludeFiles }: Phase, stage: string, hasSource: boolean, made: readonly string[]): ReturnType<typeof inputCopies> {
  if (hasSource) return { stage: [], lines: [] }
  if (onlyIncludeFiles === undefined) return { stage: [], lines: [`COPY --from=source ${appRoot} ${appRoot}`] }
  return inputCopies(onlyIncludeFiles, stage, made)
}

/** Directories in front of PATH for this and all later stages. */
export function pathLine(paths: readonly string[]): string {
  const wrong = paths.find((path) => !isRepresentable(path))
  if (wrong !== undefined) throw unfitPath(wrong)
  const words = paths.map((path) => posix.join(appRoot, path).replace(/[\\"$]/g, '\\$&'))
  return `ENV PATH="${words.join(':')}:$PATH"`
}

function runOf(request: PhaseRequest, name: string, phase: Phase): string {
  const { plan, appName, buildkit } = request
  const caches = phaseCaches(phase.cacheDirectories ?? [], { appName, appRoot, buildkit })
  const secrets = (phase.secrets ?? []).map(checkedName)
  if (!buildkit) refuseSecrets(name, secrets, request.givenSecrets)
  const mounted = buildkit ? secrets : []
  const left = buildkit ? [] : caches.inApp.map((path) => `rm -rf ${shellQuote(posix.join(appRoot, path))}`)
  const run = runInstruction({
    flags: [...caches.mounts, ...mounted.map((secret) => `--mount=type=secret,id=${secret}`)],
    variables: { ...without(caches.variables, plan.variables), ...unwritten(plan.variables), ...phase.variables },
    before: mounted.map(readSecret),
    commands: [...phase.cmds, ...left],
  })
  return run
}

/** Variables of the plan that ENV cannot hold: a script can. */
function unwritten(variables: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(variables).filter(([, value]) => !isRepresentable(value)))
}

/** Where commands and processes run. */
export function directory({ root = '' }: Pick<BuildPlan, 'root'>): string {
  if (!isRepresentable(root)) throw unfitPath(root)
  return posix.join(appRoot, root).replace(/[\\"$]/g, '\\$&')
}

function without(values: Readonly<Record<string, string>>, others: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(others, name)))
}

/** Byte for byte, and nothing at all where there is no such secret. */
function readSecret(name: string): string {
  const file = `/run/secrets/${name}`
  return `if [ -f ${file} ]; then ${name}="$(cat ${file}; printf x)"; export ${name}="\${${name}%x}"; fi`
}

function refuseSecrets(phase: string, secrets: readonly string[], given: readonly string[] | undefined): void {
  const known = given === undefined ? secrets : secrets.filter((secret) => given.includes(secret))
  if (known.length === 0) return
  throw hop3Error(
    'build.dockerfile.secrets',
    `Phase ${phase} needs ${known.join(', ')}, and this engine's classic builder has no way to give a secret to a step: it would stay in the image's history.`,
    {
      hint: 'Build with BuildKit (Docker 18.09 or newer), or take the name out of the phase’s `secrets`.',
      details: { phase, secrets: known },
    },
  )
}

/** A stage's name has small letters, digits, dots, dashes and underscores, and begins with a letter. */
function unique(phase: string, taken: Set<string>): string {
  const plain = phase.toLowerCase().replace(/[^a-z0-9_.-]/g, '-')
  const name = /^[a-z]/.test(plain) ? plain : `phase-${plain}`
  let candidate = name
  for (let number = 2; taken.has(candidate) || taken.has(`${candidate}-inputs`); number += 1) candidate = `${name}-${number}`
  taken.add(candidate)
  taken.add(`${candidate}-inputs`)
  return candidate
}

/** What the app has of the files a start needs: all of it, or what it names. */
export function appCopies(from: PhaseStages, only: readonly string[] | undefined, owner: string): InputStage {
  const options = `--chown=${owner} `
  if (only === undefined) {
    const tree = `COPY ${options}--from=${from.last} ${appRoot} ${appRoot}`
    const source = `COPY ${options}--from=source ${appRoot} ${appRoot}`
    return { stage: [], lines: from.last === 'base' ? [source] : from.hasSource ? [tree] : [tree, source] }
  }
  const base = from.hasSource ? from.last : 'everything'
  const stage = from.hasSource ? [] : [`FROM ${from.last} AS everything`, `COPY --from=source ${appRoot} ${appRoot}`, '']
  if (!only.some((path) => /[*?[\\]/.test(path)))
    return {
      stage,
      lines: only.map((path) => `COPY ${options}--from=${base} ${copyWords(posix.join(appRoot, path), posix.join(appRoot, path))}`),
    }
  const { stage: collected } = inputCopies(only, 'start', [])
  return {
    stage: [...stage, ...collected.map((line) => line.replace('FROM source AS', `FROM ${base} AS`)), ''],
    lines: [`COPY ${options}--from=start-inputs /inputs ${appRoot}`],
  }
}

export interface InputStage {
  readonly stage: readonly string[]
  readonly lines: readonly string[]
}
