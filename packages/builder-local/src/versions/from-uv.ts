import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { CommandResult } from '@hop3/core'
import { withLock } from '@hop3/core/lock'
import { findTool } from '../find-tool.ts'
import { askTool, causeOf, installTimeout } from './ask-tool.ts'
import type { Means, MeansRequest, Provided } from './means.ts'

const withoutPython = 'Install Python: `apt-get install python3 python3-venv`, or uv by its own installer'

/** Pythons that uv knows of, or fetches into the Hop3 home. */
export const fromUv: Means = async (request) => {
  const { context, wanted, host } = request
  const uv = findTool('uv', context.env['PATH'] ?? '', '/')
  if (uv === undefined)
    return { refused: 'there is no uv to fetch it with', hint: host === undefined ? withoutPython : 'Install uv: `pip install uv`' }
  const found = await findPython(request, uv.file)
  if (found !== undefined) return found
  return withLock(context, { subject: 'python', operation: 'installation' }, async () => {
    const meanwhile = await findPython(request, uv.file)
    if (meanwhile !== undefined) return meanwhile
    context.log.info(`Installing python ${wanted.version} with uv, for all apps of this host.`)
    const result = await runUv(request, uv.file, ['python', 'install', '--no-config', '--no-progress', wanted.version], installTimeout)
    if (result.exitCode !== 0)
      return { refused: `uv could not install it: ${causeOf(result)}`, hint: `Get it: \`uv python install ${wanted.version}\`` }
    return (await findPython(request, uv.file)) ?? { refused: 'uv has installed it and does not find it' }
  })
}

async function findPython(request: MeansRequest, uv: string): Promise<Provided | undefined> {
  const { tool, version } = request.wanted
  const asked = ['python', 'find', '--no-config', '--no-project', '--no-python-downloads', version]
  const result = await runUv(request, uv, asked, 60_000)
  const file = result.stdout.trim().split('\n').at(-1) ?? ''
  const [program = 'python3'] = tool.programs(version)
  if (result.exitCode !== 0 || file === '' || !existsSync(join(dirname(file), program))) return undefined
  const { stdout } = await askTool(request, { file, args: ['-c', 'import platform; print(platform.python_version())'] })
  return { version: stdout.trim(), how: 'from uv', paths: [dirname(file)], variables: {} }
}

function runUv(request: MeansRequest, file: string, args: readonly string[], timeout: number): Promise<CommandResult> {
  // Releases run with it, so it must not lie in a cache; and no link of it in the user's own directory of programs.
  const env = { UV_PYTHON_INSTALL_DIR: join(request.context.toolsPath, 'python'), UV_PYTHON_INSTALL_BIN: '0' }
  return askTool(request, { file, args, env, timeout })
}
