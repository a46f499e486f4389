/** An artifact's way from one home to another: as it is written, with every path in it exchanged. */
import { formatArtifact, parseArtifact, type BuildArtifact } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { exchangeInText, type PathTable } from './origin-paths.ts'

/** As BUILD_ARTIFACT.json has it. */
export function writtenArtifact(artifact: BuildArtifact): Readonly<Record<string, unknown>> {
  const written = parseJson(formatArtifact(artifact))
  return isObject(written) ? written : {}
}

/** `moved`: directories on PATH that are elsewhere on this host. */
export async function movedArtifact(
  written: Readonly<Record<string, unknown>>,
  table: PathTable,
  moved: ReadonlyMap<string, string>,
): Promise<BuildArtifact> {
  const artifact = await parseArtifact(JSON.stringify(exchangeInValue(written, table)), 'the artifact of the bundle')
  const pathPrepend = artifact.runtime.pathPrepend.map((path) => moved.get(path) ?? path)
  return { ...artifact, runtime: { ...artifact.runtime, pathPrepend } }
}

function exchangeInValue(value: unknown, table: PathTable): unknown {
  if (typeof value === 'string') return exchangeInText(value, table)
  if (Array.isArray(value)) return value.map((one) => exchangeInValue(one, table))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, exchangeInValue(one, table)]))
}
