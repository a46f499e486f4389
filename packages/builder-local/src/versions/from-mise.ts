import type { CommandResult } from '@hop3/core'
import { parseJson } from '@hop3/core/json'
import * as z from 'zod'
import { findTool } from '../find-tool.ts'
import { askTool, causeOf, installTimeout } from './ask-tool.ts'
import type { Means, MeansRequest, Provided } from './means.ts'
import { newestFor, newestIn, partsOf } from './version-text.ts'

const installedSchema = z.array(z.object({ version: z.string() }))

/** What mise has, or installs. None of its configuration is read, the app's least of all: it may hold tasks, hooks and variables. */
export const fromMise: Means = async (request) => {
  const { wanted, context } = request
  const mise = findTool('mise', context.env['PATH'] ?? '', '/')
  if (mise === undefined) return undefined
  const { alias } = wanted.tool
  const has = await installedVersion(request, mise.file)
  if (has !== undefined) return provided(request, mise.file, has)
  const version = partsOf(wanted.version) === undefined ? await publishedVersion(request, mise.file) : wanted.version
  if (version === undefined)
    return { refused: `mise knows no ${alias} ${wanted.version}`, hint: `See which there are: \`mise ls-remote ${alias}\`` }
  context.log.info(`Installing ${alias} ${version} with mise.`)
  const result = await runMise(request, mise.file, ['install', `${alias}@${version}`])
  if (result.exitCode !== 0)
    return { refused: `mise could not install it: ${causeOf(result)}`, hint: `Get it: \`mise install ${alias}@${version}\`` }
  const installed = await installedVersion(request, mise.file)
  return installed === undefined ? { refused: 'mise has installed it and does not list it' } : provided(request, mise.file, installed)
}

async function installedVersion(request: MeansRequest, file: string): Promise<string | undefined> {
  const { stdout } = await runMise(request, file, ['ls', '--installed', '--json', request.wanted.tool.alias])
  const read = installedSchema.safeParse(parseJson(stdout))
  return read.success
    ? newestFor(
        read.data.map(({ version }) => version),
        request.wanted,
      )
    : undefined
}

async function publishedVersion(request: MeansRequest, file: string): Promise<string | undefined> {
  const { stdout } = await runMise(request, file, ['ls-remote', request.wanted.tool.alias])
  return newestIn(
    stdout.split('\n').map((line) => line.trim()),
    request.wanted.range,
  )
}

async function provided(request: MeansRequest, file: string, version: string): Promise<Provided> {
  const { stdout } = await runMise(request, file, ['bin-paths', `${request.wanted.tool.alias}@${version}`])
  return { version, how: 'from mise', paths: stdout.split('\n').filter((line) => line.startsWith('/')), variables: {} }
}

function runMise(request: MeansRequest, file: string, args: readonly string[]): Promise<CommandResult> {
  const env = { MISE_NO_CONFIG: '1', MISE_NO_ENV: '1', MISE_NO_HOOKS: '1', MISE_YES: '1', MISE_QUIET: '1' }
  return askTool(request, { file, args, env, timeout: installTimeout })
}
