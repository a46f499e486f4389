/** Whether this host has what a release uses that lies outside of it, and where. */
import { access, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hop3Error, pathDirectories, visible, type Run } from '@hop3/core'
import type { BundleManifest, Need } from './manifest.ts'

export interface NeedsHost {
  /** `$HOP3_HOME`. */
  readonly home: string
  /** PATH and HOME of tools. */
  readonly env: Readonly<Record<string, string>>
  readonly run: Run
  readonly signal: AbortSignal
}

export interface FoundNeeds {
  /** What is elsewhere on this host: the path there → the path here. */
  readonly moved: ReadonlyMap<string, string>
}

/** Throws `artifact.bundle-needs` listing all that is missing. */
export async function meetNeeds({ needs, origin }: Pick<BundleManifest, 'needs' | 'origin'>, host: NeedsHost): Promise<FoundNeeds> {
  const moved = new Map<string, string>()
  const missing: Missing[] = []
  for (const need of needs) {
    if (need.kind === 'tool') {
      if (!(await isDirectory(join(host.home, 'tools', need.name)))) missing.push(missingTool(need.name, need.usedBy, host.home))
      continue
    }
    const here = await find(need, candidates(need, origin.user, host), host)
    if (here === undefined) missing.push(missingPath(need))
    else if (here !== need.path) moved.set(need.path, here)
  }
  if (missing.length === 0) return { moved }
  throw hop3Error('artifact.bundle-needs', `This host lacks what the release runs with: ${missing.map(({ saw }) => saw).join('; ')}.`, {
    hint: missing[0]?.hint ?? '',
    details: { missing: missing.map(({ saw }) => saw) },
  })
}

type PathNeed = Exclude<Need, { kind: 'tool' }>

interface Missing {
  readonly saw: string
  readonly hint: string
}

/** The same path, the same below the user's home directory, and of a Python the one of its minor version on PATH. */
function candidates(need: PathNeed, user: string | null, { env }: NeedsHost): readonly string[] {
  const home = env['HOME']
  const swapped = user !== null && home !== undefined && need.path.startsWith(`${user}/`) ? [join(home, need.path.slice(user.length))] : []
  const minor = need.kind === 'interpreter' && need.python !== undefined ? minorOf(need.python) : undefined
  const named = minor === undefined ? [] : pathDirectories(env['PATH']).map((directory) => join(directory, `python${minor}`))
  return [need.path, ...swapped, ...named]
}

async function find(need: PathNeed, paths: readonly string[], host: NeedsHost): Promise<string | undefined> {
  for (const path of paths) {
    const found = need.kind === 'directory' ? await directory(path) : await interpreter(path, need.python, host)
    // What PATH names may be a program that starts another one, as pyenv's shims do.
    if (found !== undefined) return path.startsWith(`${dirname(need.path)}/`) ? path : found
  }
  return undefined
}

async function directory(path: string): Promise<string | undefined> {
  return (await isDirectory(path)) ? path : undefined
}

/** Compiled modules and the directory of packages are for one minor version. */
async function interpreter(path: string, python: string | undefined, { run, env, signal }: NeedsHost): Promise<string | undefined> {
  try {
    await access(path)
    if (python === undefined) return (await stat(path)).isFile() ? path : undefined
    const args = ['-I', '-c', 'import sys; print("%d.%d" % sys.version_info[:2]); print(sys.executable)']
    const { exitCode, stdout } = await run({ file: path, args, cwd: '/', env: { PATH: env['PATH'] ?? '' }, signal, timeout: 20_000 })
    const [version, executable] = stdout.trim().split('\n')
    return exitCode === 0 && version === minorOf(python) && executable?.startsWith('/') === true ? executable : undefined
  } catch {
    signal.throwIfAborted()
    return undefined
  }
}

const minorOf = (version: string): string => version.split('.').slice(0, 2).join('.')

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

function missingTool(name: string, usedBy: string, home: string): Missing {
  return {
    saw: `the tool ${name} (used by ${visible(usedBy)})`,
    hint: `Copy the directory tools/${name} of the home it was exported from to ${join(home, 'tools', name)}, or build an app here that asks for it.`,
  }
}

function missingPath(need: PathNeed): Missing {
  if (need.kind === 'directory')
    return { saw: `the directory ${visible(need.path)} (on PATH)`, hint: 'Install what is in it on this host, at the same path.' }
  const what =
    need.python === undefined ? visible(need.path) : `Python ${minorOf(need.python)} (there ${need.path}, version ${need.python})`
  const minor = need.python === undefined ? undefined : minorOf(need.python)
  return {
    saw: `${what}, which ${visible(need.usedBy)} leads to`,
    hint:
      minor === undefined
        ? `Install it on this host at ${visible(need.path)}.`
        : `Install python${minor} (\`apt-get install python${minor}\`, or \`uv python install ${minor}\` at the same path below the home directory), so that it is on PATH.`,
  }
}
