/** Finds the uWSGI to start: the host's own, else a wheel provisioned into `<home>/tools`. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { hop3Error, messageOf, pathDirectories, type BuildArtifact, type DeploymentContext } from '@hop3/core'
import type { Layout } from './layout.ts'
import { missingUwsgi } from './missing-uwsgi.ts'
import { provision } from './provision.ts'
import { findPython, onPath, type Python } from './python-interpreter.ts'
import { isPlainPath } from './vassal-ini.ts'

type Host = Pick<DeploymentContext, 'run' | 'env' | 'baseEnv' | 'clock' | 'log' | 'directories' | 'signal'>

/** How a native worker's uWSGI is started. */
export interface NativeProgram {
  readonly argv: readonly string[]
  readonly plugin: string
  readonly virtualenv: string
}

/** Program and first arguments of a uWSGI for the Emperor and for attached commands. Throws `deploy.uwsgi.missing`. */
export async function findProgram(host: Host, layout: Layout): Promise<readonly string[]> {
  const own = await findInstalled(host)
  if (own !== undefined) return [own]
  const python = await findPython(host, onPath(pathOf(host), ['python3', 'python']))
  if (python === undefined) throw missingUwsgi('there is no Python either, which could provide one')
  return provision(host, layout, python)
}

/**
 * A uWSGI of the very Python the app runs on, because uWSGI loads the app into itself, and modules of the library that are compiled
 * (`_ssl`) use what only their own release has: the host's with its plugin for that release, else a wheel installed with the app's Python,
 * else, with a warning, the plugin for another release of the minor version.
 */
export async function findNativeProgram(host: Host, layout: Layout, { runtime }: BuildArtifact): Promise<NativeProgram> {
  const virtualenv = runtime.envVars['VIRTUAL_ENV'] ?? ''
  const places = [...(virtualenv === '' ? [] : [join(virtualenv, 'bin')]), ...runtime.pathPrepend, ...pathDirectories(pathOf(host))]
  const python = await findPython(
    host,
    places.flatMap((place) => onPath(place, ['python3', 'python'])),
  )
  if (python === undefined) {
    throw hop3Error('deploy.uwsgi.python-missing', 'Cannot run the wsgi worker: no Python was found in the app or on PATH.', {
      hint: 'Install the package python3 (apt-get install python3), then deploy again.',
      class: 'environment',
    })
  }
  const own = await findInstalled(host)
  const plugin = own === undefined || !(virtualenv === '' || isPlainPath(virtualenv)) ? undefined : await findPlugin(host, own, python)
  const installed = own === undefined || plugin === undefined ? undefined : { argv: [own], plugin: plugin.name, virtualenv }
  if (installed !== undefined && plugin?.release === python.release) return installed
  try {
    return { argv: await provision(host, layout, python), plugin: '', virtualenv: '' }
  } catch (error) {
    if (installed === undefined || host.signal.aborted) throw error
    host.log.warn(
      `The plugin of the host's uWSGI is Python ${plugin?.release ?? ''}, and the app's Python is ${python.release}: some modules of its library, such as ssl, may not load. Another uWSGI cannot be had: ${messageOf(error)}`,
    )
    return installed
  }
}

/** The host's uWSGI. */
async function findInstalled(host: Host): Promise<string | undefined> {
  for (const file of onPath(host.env['PATH'], ['uwsgi', 'uwsgi-core'])) {
    const { exitCode, stdout } = await host.run({ file, args: ['--version'], cwd: '/', env: host.env, timeout: 20_000 })
    if (exitCode === 0 && stdout.startsWith('2.')) return file
  }
  return undefined
}

interface Plugin {
  /** Empty when it is compiled in. */
  readonly name: string
  /** Of the Python in it: `3.11.2`. */
  readonly release: string
}

/** The plugin for that Python's minor version; undefined when this uWSGI cannot serve it. */
async function findPlugin(host: Host, file: string, python: Python): Promise<Plugin | undefined> {
  // A script runs uWSGI inside a Python of its own, and not in the app's virtual environment.
  if (await isScript(file)) return undefined
  const suffix = python.version.replace('.', '')
  for (const plugin of ['', `python${suffix}`, 'python3']) {
    const args = [...(plugin === '' ? [] : ['--plugins', plugin]), '--python-version']
    const { exitCode, stdout, stderr } = await host.run({ file, args, cwd: '/', env: host.env, timeout: 20_000 })
    const release = `${stdout}\n${stderr}`.split('\n').find((line) => line.startsWith(`${python.version}.`))
    if (exitCode === 0 && release !== undefined) return { name: plugin, release: release.trim() }
  }
  host.log.info(
    `The uWSGI at ${file} has no plugin for Python ${python.version}; providing one. (The package uwsgi-plugin-python3 has the distribution's.)`,
  )
  return undefined
}

async function isScript(path: string): Promise<boolean> {
  const file = await open(path, 'r')
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
    return buffer.toString('latin1') === '#!'
  } finally {
    await file.close()
  }
}

const pathOf = (host: Host): string => [host.env['PATH'], host.baseEnv['PATH']].filter(Boolean).join(':')
