/** How the app runs: the package's own runtime.json, what hop3.nix says where that is silent, and the app's configuration over both (ADR 035). */
import { isAbsolute, join } from 'node:path'
import { hop3Error, own as ownOf, type AppConfig, type Decision, type Log, type RuntimeConfig } from '@hop3/core'
import { parseJson } from '@hop3/core/json'
import { checkOneWebWorker, checkWorker } from '@hop3/planner'
import * as z from 'zod/mini'
import type { Evaluated } from './evaluate.ts'
import { readPackageFile } from './package-file.ts'
import { propagatedPaths } from './propagated.ts'
import { staticDirectory } from './static-directory.ts'
import { variables } from './template-keys.ts'

/** Linux takes 128 KiB in one argument or variable, its name included. */
const longest = 128 * 1024 - 512
const value = z.string().check(
  z.refine((text) => !text.includes('\0'), 'no process can have a NUL in it'),
  z.refine((text) => Buffer.byteLength(text) <= longest, 'no process can have more than 128 KiB in it'),
)
const contractSchema = z.looseObject(
  {
    workers: z.optional(z.record(z.string(), value, { error: 'must be a table' })),
    env: z.optional(variables(value)),
    path: z.optional(z.array(value, { error: 'must be a list' })),
  },
  { error: 'it is no JSON of a table' },
)

/** In the package (ADR 035). */
const contractName = 'hop3/runtime.json'

type Contract = z.output<typeof contractSchema>

export interface NixRuntime {
  readonly runtime: RuntimeConfig
  readonly decisions: readonly Decision[]
}

export interface RuntimeRequest {
  readonly app: Evaluated
  /** Paths of the store that the release keeps. */
  readonly rooted: readonly string[]
  /** hop3.nix, for messages. */
  readonly file: string
  readonly config: AppConfig
  readonly log: Log
}

/** Throws `build.nix-runtime` for a runtime.json that is none, `build.nothing-to-start`, and `config.*` for a worker that is none. */
export async function nixRuntime({ app, rooted, file, config, log }: RuntimeRequest): Promise<NixRuntime> {
  const { location } = app
  const contract = await readContract(location)
  const own = checked({ workers: app.workers, env: app.env }, file)
  const workers = filled('workers', checkedWorkers(contract, join(location, contractName)), checkedWorkers(own, file), file, log)
  const env = filled('env', contract.env, own.env, file, log)
  const derived = await propagatedPaths(location)
  const configured = config.runtime.workers
  const all = { ...workers, ...configured }
  checkOneWebWorker(all, originOf)
  if (Object.keys(all).length === 0) throw nothingToStart(file)
  const directory = (written: string, origin: string): Promise<string> => staticDirectory(written, origin, { location, rooted })
  const paths = await Promise.all(
    Object.entries(config.runtime.staticPaths ?? {}).map(
      async ([prefix, path]) => [prefix, `${await directory(path, config.origins['runtime.staticPaths'] ?? 'configuration')}/`] as const,
    ),
  )
  const runtime: RuntimeConfig = {
    envVars: { ...derived.variables, ...literals(config), ...env },
    pathPrepend: [...(contract.path ?? app.path ?? derived.path)],
    workingDir: location,
    workers: { ...all, ...(all['static'] !== undefined && { static: await directory(all['static'], originOf('static')) }) },
    beforeRun: [...(config.runtime.beforeRun ?? [])],
    staticPaths: Object.fromEntries(paths),
    healthcheckPath: config.runtime.healthcheckPath ?? '',
    healthcheckTimeout: config.runtime.healthcheckTimeout ?? 30,
  }
  const decisions = Object.entries(all).map(([name, command]) => ({ key: `processes.${name}`, value: command, origin: originOf(name) }))
  return { runtime, decisions }

  function originOf(name: string): string {
    if (ownOf(configured, name) !== undefined) return config.origins[`runtime.workers.${name}`] ?? 'configuration'
    return ownOf(contract.workers ?? {}, name) === undefined ? file : contractName
  }
}

async function readContract(location: string): Promise<Contract> {
  const text = await readPackageFile(location, contractName)
  return text === undefined ? {} : checked(parseJson(text), join(location, contractName))
}

function checked(given: unknown, origin: string): Contract {
  const read = contractSchema.safeParse(given)
  if (read.success) return read.data
  const [issue] = read.error.issues
  const at = issue?.path.length === 0 ? '' : ` at ${issue?.path.join('.')}`
  throw hop3Error('build.nix-runtime', `${origin} does not say how the app runs: ${issue?.message ?? 'it is no JSON'}${at}.`, {
    hint: 'It has the form {"workers": {"web": "command"}, "env": {"NAME": "value"}, "path": ["/nix/store/…/bin"]}, each of them optional.',
    details: { origin },
  })
}

/** By the rules of a Procfile; but the directory of a site may also be an absolute one. Throws `config.*`. */
function checkedWorkers({ workers = {} }: Contract, origin: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(workers).map(([name, command]) => [
      name,
      name === 'static' && isAbsolute(command) ? command : checkWorker(name, command, origin),
    ]),
  )
}

/** The contract holds; the manifest fills its gaps. */
function filled(
  what: 'workers' | 'env',
  contract: Readonly<Record<string, string>> = {},
  manifest: Readonly<Record<string, string>> = {},
  file: string,
  log: Log,
): Readonly<Record<string, string>> {
  for (const [name, said] of Object.entries(manifest)) {
    const holds = ownOf(contract, name)
    if (holds !== undefined && holds !== said)
      log.warn(
        `${what}.${name}: hop3/runtime.json of the package says ${JSON.stringify(holds)}, ${file} says ${JSON.stringify(said)}. The package's holds.`,
      )
  }
  return { ...manifest, ...contract }
}

function literals({ env }: AppConfig): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, one]) => (one.kind === 'literal' ? [[name, one.value] as const] : [])))
}

function nothingToStart(file: string): Error {
  return hop3Error(
    'build.nothing-to-start',
    `Nothing says how the app is run: neither ${file}, nor hop3/runtime.json of its package, nor its configuration names a worker.`,
    {
      hint: `Add \`workers = { web = "…"; };\` to ${file}, or a Procfile with a line such as \`web: ./start\`.`,
    },
  )
}
