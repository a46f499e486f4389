import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandResult } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { findTool } from '../find-tool.ts'
import { askTool, causeOf, installTimeout } from './ask-tool.ts'
import type { Means, MeansRequest, Refused } from './means.ts'
import { comparable, isInRange, newestIn } from './version-text.ts'

/** Go 1.21 and newer fetch any Go from the module proxy and check it against the checksum database. */
export const fromGo: Means = async (request) => {
  const { host, context } = request
  const go = findTool('go', context.env['PATH'] ?? '', '/')
  if (go === undefined || host === undefined) return undefined
  if (!isInRange(host.version, '>=1.21')) return { refused: `go ${host.version} cannot fetch others, as go 1.21 and newer can` }
  const version = (await fetchedVersion(request)) ?? (await publishedVersion(request, go.file))
  if (typeof version !== 'string') return version
  const variables = { GOTOOLCHAIN: `go${version}` }
  const result = await runGo(request, go.file, ['env', 'GOROOT'], variables)
  const root = result.stdout.trim()
  // Phases without modules have a module cache of their own, into which the variable alone would fetch it again.
  return result.exitCode !== 0 || root === ''
    ? refusal(result)
    : { version, how: 'from the Go module proxy', paths: [join(root, 'bin')], variables }
}

/** What builds before this one have fetched. */
async function fetchedVersion({ wanted, context }: MeansRequest): Promise<string | undefined> {
  const names = await readdir(join(modulePath(context.cachePath), 'golang.org')).catch(() => [])
  const versions = names.map((name) => /^toolchain@v0\.0\.1-go(\d+(?:\.\d+)+)\./.exec(name)?.[1]).filter((one) => one !== undefined)
  return newestIn(versions, wanted.range)
}

/** Release candidates (`1.25rc1`) are asked for by name or not at all. */
async function publishedVersion(request: MeansRequest, file: string): Promise<string | Refused> {
  const { version, range } = request.wanted
  if (/[a-z]/.test(version) && comparable(version) !== undefined) return version
  const result = await runGo(request, file, ['list', '-m', '-versions', '-json', 'go'], { GOTOOLCHAIN: 'local' })
  if (result.exitCode !== 0) return refusal(result)
  const answer = parseJson(result.stdout)
  const versions = isObject(answer) && Array.isArray(answer['Versions']) ? answer['Versions'] : []
  return (
    newestIn(
      versions.filter((one) => typeof one === 'string'),
      range,
    ) ?? { refused: 'the Go module proxy lists no such version', hint: 'See which there are: `go list -m -versions go`' }
  )
}

function refusal(result: CommandResult): Refused {
  return { refused: `the Go module proxy does not give it: ${causeOf(result)}` }
}

function runGo(
  request: MeansRequest,
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const module = { GOMODCACHE: modulePath(request.context.cachePath), GOFLAGS: '-modcacherw', GOWORK: 'off', GO111MODULE: 'on' }
  return askTool(request, { file, args, env: { ...module, ...env }, timeout: installTimeout })
}

/** Where phases have it, too: see `package-caches.ts`. */
function modulePath(cachePath: string): string {
  return join(cachePath, 'tools', 'go-mod')
}
