/** The two uWSGIs every test with a real one runs with: the distribution's, and the wheel that is provisioned where there is none. */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testHost, type TestHost } from '@hop3/testing'

export interface Flavor {
  readonly name: 'distribution' | 'wheel'
  /** PATH of the deployer's tools. */
  readonly path: string
  /** A host whose tools are found on that PATH. What has been provisioned once is there already. */
  host(): Promise<TestHost & { readonly tools: Readonly<Record<string, string>> }>
}

const python = found('python3')
const uwsgi = found('uwsgi-core') ?? found('uwsgi')

/** Why tests with this flavor cannot run here; undefined when they can. */
const lacking: Readonly<Record<Flavor['name'], string | undefined>> = {
  distribution: python !== undefined && uwsgi !== undefined ? undefined : 'apt-get install uwsgi-core uwsgi-plugin-python3 python3',
  wheel: python !== undefined ? undefined : 'apt-get install python3-venv python3-pip',
}

/** Whether to skip, because something is missing. CI sets HOP3_REQUIRE=all: there it is a failure. */
export function isSkipped(name: Flavor['name']): boolean {
  return lacking[name] !== undefined && process.env['HOP3_REQUIRE'] !== 'all'
}

/** For the name of what is skipped: ` (needs: apt-get install …)`, or nothing. */
export function need(name: Flavor['name']): string {
  return lacking[name] === undefined ? '' : ` (needs: ${lacking[name]})`
}

export const flavorNames: readonly Flavor['name'][] = ['distribution', 'wheel']

/** Makes a directory for programs and provisioned tools; `close` removes it. */
export async function openFlavor(name: Flavor['name']): Promise<Flavor & { readonly directory: string; close(): Promise<void> }> {
  const missing = lacking[name]
  if (missing !== undefined || python === undefined) throw new Error(`Missing: ${missing}`)
  const directory = await mkdtemp(join(tmpdir(), 'hop3-uwsgi-'))
  const bin = join(directory, 'bin')
  const tools = join(directory, 'tools')
  await mkdir(bin)
  await mkdir(tools)
  const real = execFileSync(python, ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim()
  await symlink(real, join(bin, 'python3'))
  if (name === 'distribution' && uwsgi !== undefined) await symlink(uwsgi, join(bin, 'uwsgi'))
  return {
    name,
    path: bin,
    directory,
    async host() {
      const host = await testHost()
      await symlink(tools, join(host.home, 'tools'))
      return { ...host, tools: { ...host.toolEnv, PATH: bin } }
    },
    close: () => rm(directory, { recursive: true, force: true }),
  }
}

function found(program: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(':').filter(Boolean)
  return directories.map((directory) => join(directory, program)).find((path) => existsSync(path))
}
