/** Node, Deno, Bun and Node's package managers, from the npm registry that npm is set up for. */
import { chmod, mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandResult } from '@hop3/core'
import { isObject, parseJson } from '@hop3/core/json'
import { withLock } from '@hop3/core/lock'
import { findTool } from '../find-tool.ts'
import { askTool, causeOf, installTimeout } from './ask-tool.ts'
import type { Means, MeansRequest, Provided, Refused } from './means.ts'
import { npmBeside } from './node-npm.ts'
import { binaries, npmPackage, type NpmPackage } from './npm-packages.ts'
import { keepTool, keptTool, removeUnfinished, type KeptTool } from './tool-home.ts'
import { newestIn, type Choice } from './version-text.ts'

/** Odd majors of Node end after half a year: a range that takes an even one means that. */
export const choiceOf = (name: string): Choice => (name === 'node' ? { prefers: 'even' } : {})

/** Reuses what an earlier build has installed. Nothing the package brings is run while it is installed. */
export const fromNpm: Means = async (request) => {
  const { wanted, context, platform } = request
  const { name, range } = wanted
  const kept = await keptTool(context.toolsPath, name, range, choiceOf(name))
  if (kept !== undefined) return provided(kept)
  const from = npmPackage(wanted, platform)
  if (from === undefined) return { refused: `the npm registry has no ${name} for ${platform.os} ${platform.arch} ${platform.libc}`.trim() }
  if (findTool('npm', context.env['PATH'] ?? '', '/') === undefined)
    return { refused: 'there is no npm to fetch it with', hint: 'Install npm: `apt-get install nodejs npm`' }
  const version = await publishedVersion(request, from.name)
  if (typeof version !== 'string') return version
  return withLock(context, { subject: name, operation: 'installation' }, async () => {
    const meanwhile = await keptTool(context.toolsPath, name, range, choiceOf(name))
    return meanwhile === undefined ? install(request, from, version) : provided(meanwhile)
  })
}

function provided({ version, directory }: KeptTool): Provided {
  return { version, how: 'from the npm registry', paths: [join(directory, 'bin')], variables: {} }
}

async function install(request: MeansRequest, from: NpmPackage, version: string): Promise<Provided | Refused> {
  const { wanted, context } = request
  const { name } = wanted
  await removeUnfinished(context.toolsPath, name, context.clock.now())
  context.log.info(`Installing ${name} ${version} from the npm registry, for all apps of this host.`)
  const npm = name === 'node' ? npmBeside(version, context.env['PATH'] ?? '') : undefined
  const programs = { ...from.programs, ...(npm === undefined ? {} : binaries(['npm', 'npx'])) }
  const packages = [`${from.name}@${version}`, ...(npm === undefined ? [] : [`npm@${npm}`])]
  const kept = await keepTool(context, { name, version }, async (directory) => {
    const result = await runNpm(request, ['install', '--prefix', directory, '--no-save', '--no-package-lock', ...packages], installTimeout)
    if (result.exitCode !== 0) return { refused: `npm could not install ${packages.join(' ')}: ${causeOf(result)}` }
    await linkPrograms(directory, programs)
    return tryOut(request, join(directory, 'bin', name))
  })
  return 'refused' in kept ? kept : provided(kept)
}

/** The newest published version in the range. */
async function publishedVersion(request: MeansRequest, name: string): Promise<string | Refused> {
  const { wanted } = request
  const result = await runNpm(request, ['view', `${name}@${wanted.range}`, 'version', '--json'], 60_000)
  const answer = parseJson(result.stdout)
  const versions = [answer].flat().filter((one) => typeof one === 'string')
  const newest = newestIn(versions, wanted.range, choiceOf(wanted.name))
  if (result.exitCode === 0 && newest !== undefined) return newest
  const said = summaryOf(answer) ?? (result.exitCode === 0 ? 'it lists no such version' : causeOf(result))
  return {
    refused: `the npm registry has none (${said})`,
    hint: `See which there are: \`npm view ${name} versions\``,
  }
}

function summaryOf(answer: unknown): string | undefined {
  const error = isObject(answer) ? answer['error'] : undefined
  const summary = isObject(error) ? error['summary'] : undefined
  return typeof summary === 'string' && summary !== '' ? summary.split('\n')[0] : undefined
}

async function linkPrograms(directory: string, programs: NpmPackage['programs']): Promise<void> {
  await mkdir(join(directory, 'bin'))
  for (const [program, file] of Object.entries(programs)) {
    await chmod(join(directory, file), 0o755)
    await symlink(join('..', file), join(directory, 'bin', program))
  }
}

/** A program made for a newer C library fails here, not in every phase. */
async function tryOut(request: MeansRequest, file: string): Promise<Refused | undefined> {
  const { PATH = '' } = request.context.env
  const result = await askTool(request, { file, args: ['--version'], env: { PATH: `${join(file, '..')}:${PATH}` } })
  return result.exitCode === 0 ? undefined : { refused: `what the npm registry has does not run on this host: ${causeOf(result)}` }
}

async function runNpm(request: MeansRequest, args: readonly string[], timeout: number): Promise<CommandResult> {
  const env = {
    npm_config_cache: join(request.context.cachePath, 'tools', 'npm'),
    npm_config_ignore_scripts: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
    npm_config_progress: 'false',
    // The second try comes after a second, not after ten.
    npm_config_fetch_retries: '1',
    npm_config_fetch_retry_mintimeout: '1000',
  }
  return askTool(request, { file: findTool('npm', request.context.env['PATH'] ?? '', '/')?.file ?? 'npm', args, env, timeout })
}
