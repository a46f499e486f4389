/** BUILD_ARTIFACT.json: the one place where camelCase becomes snake_case and back. */
import { readFile } from 'node:fs/promises'
import type { BuildArtifact, RuntimeConfig } from './artifact.ts'
import { hop3Error, type Hop3Error } from './errors.ts'
import { freeze } from './freeze.ts'
import { isObject } from './json.ts'
import { visible } from './names.ts'
import { readJson } from './read-json.ts'
import { writeFileAtomic } from './write-file-atomic.ts'

/** Larger files are not artifacts. */
const maximumBytes = 8 * 1024 * 1024

/** On disk, in this order (ADR 035). Hop3's own loader refuses any other key here and under `runtime`. */
const artifactKeys = {
  kind: 'kind',
  location: 'location',
  builder: 'builder',
  app_name: 'appName',
  built_at: 'builtAt',
  build_id: 'buildId',
  runtime: 'runtime',
  metadata: 'metadata',
} as const satisfies Record<string, keyof BuildArtifact>

const runtimeKeys = {
  working_dir: 'workingDir',
  env_vars: 'envVars',
  path_prepend: 'pathPrepend',
  workers: 'workers',
  before_run: 'beforeRun',
  static_paths: 'staticPaths',
  healthcheck_path: 'healthcheckPath',
  healthcheck_timeout: 'healthcheckTimeout',
} as const satisfies Record<string, keyof RuntimeConfig>

/** Where keys that are not ours wait inside the value, so that saving writes them back. */
const unknownKeys = Symbol.for('hop3.artifact.unknown-keys')

interface WithUnknownKeys {
  [unknownKeys]?: { readonly artifact: Readonly<Record<string, unknown>>; readonly runtime: Readonly<Record<string, unknown>> }
}

/** Reads and validates. Throws `artifact.missing` or `artifact.damaged`, naming path, field and reason. */
export async function readArtifact(path: string): Promise<BuildArtifact> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT') throw cause
    throw hop3Error('artifact.missing', `There is no build artifact at ${path}.`, { hint: 'Build the app first: `hop3 build`.', cause })
  })
  return parseArtifact(text, path)
}

/** `path` is for messages. Throws `artifact.damaged`. Keys that are not ours survive a later `formatArtifact`. */
export async function parseArtifact(text: string, path: string): Promise<BuildArtifact> {
  if (Buffer.byteLength(text) > maximumBytes) throw damaged(path, `it is larger than ${maximumBytes} bytes`)
  const read = readJson(text)
  if ('problem' in read) throw damaged(path, read.problem)
  const written = read.value
  if (!isObject(written)) throw damaged(path, `it holds ${describe(written)}, not an object`)
  const runtime = written['runtime'] ?? {}
  if (!isObject(runtime)) throw damaged(path, `runtime is ${describe(runtime)}, not an object`)
  const { buildArtifactSchema } = await import('./artifact.ts')
  const parsed = buildArtifactSchema.safeParse({ ...known(written, artifactKeys), runtime: known(runtime, runtimeKeys) })
  if (!parsed.success) throw damaged(path, explain(parsed.error.issues[0]))
  const unknown = { artifact: unknownOf(written, artifactKeys), runtime: unknownOf(runtime, runtimeKeys) }
  return freeze(Object.defineProperty(parsed.data, unknownKeys, { value: unknown }))
}

/** The file's text: keys in a fixed order, then the unknown ones in theirs. */
export function formatArtifact(artifact: BuildArtifact & WithUnknownKeys): string {
  const unknown = artifact[unknownKeys]
  const runtime = { ...inOrder(artifact.runtime, runtimeKeys), ...unknown?.runtime }
  return `${JSON.stringify({ ...inOrder({ ...artifact, runtime }, artifactKeys), ...unknown?.artifact }, null, 2)}\n`
}

/** Atomic; mode 0600. */
export async function writeArtifact(path: string, artifact: BuildArtifact): Promise<void> {
  await writeFileAtomic(path, formatArtifact(artifact))
}

function known(object: Readonly<Record<string, unknown>>, keys: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(keys).flatMap(([onDisk, inCode]) => (object[onDisk] === undefined ? [] : [[inCode, object[onDisk]]])),
  )
}

function unknownOf(object: Readonly<Record<string, unknown>>, keys: Readonly<Record<string, string>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([onDisk]) => !Object.hasOwn(keys, onDisk)))
}

function inOrder(value: object, keys: Readonly<Record<string, string>>): Record<string, unknown> {
  const entries = new Map<string, unknown>(Object.entries(value))
  return Object.fromEntries(Object.entries(keys).map(([onDisk, inCode]) => [onDisk, entries.get(inCode)]))
}

function explain(issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined): string {
  if (issue === undefined) return 'it does not fit the schema'
  const onDisk = new Map<string, string>(
    [...Object.entries(artifactKeys), ...Object.entries(runtimeKeys)].map(([disk, code]) => [code, disk]),
  )
  const field = issue.path.map((part) => onDisk.get(String(part)) ?? String(part)).join('.')
  return field === '' ? issue.message : `${field}: ${issue.message}`
}

function damaged(path: string, reason: string): Hop3Error {
  return hop3Error('artifact.damaged', `${visible(path)} is not a usable build artifact: ${reason}.`, {
    hint: 'Build the app again (`hop3 deploy` in its directory), or name another release (`hop3 releases` lists them).',
    details: { path, reason },
  })
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
