import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { CommandResult } from '@hop3/core'
import { findTool } from '../find-tool.ts'
import { askTool, causeOf, installTimeout } from './ask-tool.ts'
import type { Means, MeansRequest, Provided } from './means.ts'
import { newestFor } from './version-text.ts'

/** What asdf has, or installs with a plugin the operator has added: a plugin is a program, so none is added here. */
export const fromAsdf: Means = async (request) => {
  const { wanted, context } = request
  const asdf = findTool('asdf', context.env['PATH'] ?? '', '/')
  if (asdf === undefined) return undefined
  const name = wanted.name === 'node' ? 'nodejs' : wanted.name === 'go' ? 'golang' : wanted.tool.alias
  const has = await versionIn(request, asdf.file, ['list', name])
  if (has !== undefined) return provided(request, asdf.file, name, has)
  const version = await versionIn(request, asdf.file, ['list', 'all', name])
  if (version === undefined)
    return { refused: `asdf knows no ${name} ${wanted.version}`, hint: `Let asdf know it: \`asdf plugin add ${name}\`` }
  context.log.info(`Installing ${name} ${version} with asdf.`)
  const result = await runAsdf(request, asdf.file, ['install', name, version])
  if (result.exitCode !== 0)
    return { refused: `asdf could not install it: ${causeOf(result)}`, hint: `Get it: \`asdf install ${name} ${version}\`` }
  return provided(request, asdf.file, name, version)
}

async function versionIn(request: MeansRequest, file: string, args: readonly string[]): Promise<string | undefined> {
  const { exitCode, stdout } = await runAsdf(request, file, args)
  const versions = stdout.split('\n').map((line) => line.replace('*', '').trim())
  return exitCode === 0 ? newestFor(versions, request.wanted) : undefined
}

async function provided(request: MeansRequest, file: string, name: string, version: string): Promise<Provided> {
  const { stdout } = await runAsdf(request, file, ['where', name, version])
  const home = stdout.trim()
  const paths = ['bin', '.'].map((one) => join(home, one)).filter((path) => home.startsWith('/') && existsSync(path))
  return { version, how: 'from asdf', paths: paths.slice(0, 1), variables: {} }
}

function runAsdf(request: MeansRequest, file: string, args: readonly string[]): Promise<CommandResult> {
  return askTool(request, { file, args, timeout: installTimeout })
}
