/** Installs the pinned wheel for one Python into `<home>/tools`, with whichever installer the host has. */
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describeCommand, hop3Error, isProgram, type DeploymentContext } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import type { Layout } from './layout.ts'
import { findPython, onPath, type Python } from './python-interpreter.ts'
import { runScript, wheelRequirement, wheelVersion } from './pyuwsgi-wheel.ts'
import { missingUwsgi } from './missing-uwsgi.ts'

type Host = Pick<DeploymentContext, 'run' | 'env' | 'clock' | 'log' | 'directories' | 'signal'>

/** Program and first arguments. Installs once per home and Python minor version; `deploy.uwsgi.missing` or `deploy.uwsgi.provision`. */
export async function provision(host: Host, layout: Layout, python: Python): Promise<readonly string[]> {
  // Another Hop3 that would make it otherwise makes another one: this may be running.
  const made = createHash('sha256').update(wheelRequirement()).update(runScript).digest('hex').slice(0, 8)
  const directory = join(layout.tools, `pyuwsgi-${wheelVersion}-${python.tag}-${process.arch}-${made}`)
  const argv = [python.file, join(directory, 'run.py'), join(directory, 'site')]
  if (await isWhole(directory)) return argv
  host.log.info(`Providing uWSGI (pyuwsgi ${wheelVersion}) for Python ${python.version}.`)
  await mkdir(layout.tools, { recursive: true })
  const temporary = `${directory}.${randomBytes(4).toString('hex')}.tmp`
  await mkdir(temporary)
  try {
    await writeFile(join(temporary, 'requirements.txt'), wheelRequirement())
    await install(host, python, temporary)
    await writeFile(join(temporary, 'run.py'), runScript)
    await putInPlace(temporary, directory)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  return argv
}

/** The script is written last, so whoever finds this one finds all. */
async function isWhole(directory: string): Promise<boolean> {
  return (await readFile(join(directory, 'run.py'), 'utf8').catch(() => '')) === runScript
}

/** Where another command has put the same meanwhile, that one stays: an app may be starting from it at this moment. */
async function putInPlace(temporary: string, directory: string): Promise<void> {
  try {
    await rename(temporary, directory)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(systemCode(error))) throw error
    if (await isWhole(directory)) return
    await rm(directory, { recursive: true, force: true })
    await rename(temporary, directory)
  }
}

async function install(host: Host, python: Python, directory: string): Promise<void> {
  const [installer, ...spare] = await installers(host, python, directory)
  if (installer === undefined) throw missingUwsgi(`nothing can install it for ${python.file}: neither uv nor pip nor venv is there`)
  const failures: string[] = []
  for (const [file = '', ...args] of [installer, ...spare]) {
    const env = { ...host.env, PIP_DISABLE_PIP_VERSION_CHECK: '1', PIP_NO_INPUT: '1', PIP_ROOT_USER_ACTION: 'ignore' }
    const result = await host.run({ file, args, cwd: directory, env, signal: host.signal, timeout: 300_000 })
    if (result.exitCode === 0) return
    failures.push(`${describeCommand({ file, args })}\n${result.stderr.trim().split('\n').slice(-10).join('\n')}`)
  }
  throw hop3Error('deploy.uwsgi.provision', `Cannot install uWSGI for Python ${python.version} (${python.file}).\n${failures.join('\n')}`, {
    hint: "Install the distribution's instead: apt-get install uwsgi-core uwsgi-plugin-python3",
    class: 'environment',
  })
}

/** Argument vectors, in the order they are tried. The installed bytes are those whose hashes we know, whoever fetches them. */
async function installers(host: Host, python: Python, directory: string): Promise<readonly (readonly string[])[]> {
  const what = [
    '--no-deps',
    '--require-hashes',
    '--only-binary',
    ':all:',
    '--target',
    join(directory, 'site'),
    '-r',
    join(directory, 'requirements.txt'),
  ]
  const works = async (file: string, args: readonly string[]): Promise<boolean> =>
    isProgram(file) && (await host.run({ file, args, cwd: '/', env: host.env, timeout: 20_000 })).exitCode === 0
  const path = host.env['PATH'] ?? ''
  const found: (readonly string[])[] = []
  for (const uv of onPath(path, ['uv'])) {
    if (await works(uv, ['--version'])) found.push([uv, 'pip', 'install', '--quiet', '--python', python.file, ...what])
  }
  if (await works(python.file, ['-m', 'pip', '--version'])) found.push([python.file, '-m', 'pip', 'install', '--quiet', ...what])
  // A virtual environment made without pip: the Python it was made from, or any other on PATH, may have one.
  const other = await findPython(host, [...(await baseOf(python)), ...onPath(path, ['python3'])])
  if (
    other !== undefined &&
    other.file !== python.file &&
    other.version === python.version &&
    (await works(other.file, ['-m', 'pip', '--version']))
  ) {
    found.push([other.file, '-m', 'pip', 'install', '--quiet', ...what])
  }
  const venv = join(directory, 'venv')
  const script = '"$1" -m venv "$2" && python="$2/bin/python" && shift 2 && "$python" -m pip install --quiet "$@"'
  if (await works(python.file, ['-c', 'import venv, ensurepip'])) found.push(['/bin/sh', '-c', script, 'sh', python.file, venv, ...what])
  return found
}

/** `home` of a virtual environment's pyvenv.cfg: where the Python it was made from lies. */
async function baseOf(python: Python): Promise<readonly string[]> {
  const config = await readFile(join(dirname(dirname(python.file)), 'pyvenv.cfg'), 'utf8').catch(() => '')
  const home = /^home\s*=\s*(.+)$/m.exec(config)?.[1]?.trim()
  return home === undefined ? [] : [join(home, 'python3')]
}
