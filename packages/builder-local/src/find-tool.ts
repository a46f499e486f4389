/** Finds programs the way a shell does, and tells one build of a program from another without starting it. */
import { closeSync, openSync, readFileSync, readSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isProgram, pathDirectories } from '@hop3/core'

export interface FoundTool {
  readonly name: string
  /** Where PATH leads: what to start. */
  readonly file: string
  /** The same, links resolved. */
  readonly path: string
  /** Changes whenever the program may have. */
  readonly identity: string
  /** True for a version manager's stand-in (pyenv, rbenv, asdf, mise, rustup): which program it starts depends on more than itself. */
  readonly shim: boolean
  /** The program that runs it, where it is a script: `node` of npm. */
  readonly interpreter?: string
}

/** Undefined when PATH has no such program. `name` may be a path, relative to `directory`. */
export function findTool(name: string, path: string, directory: string): FoundTool | undefined {
  const found = locate(name, path, directory)
  if (found === undefined) return undefined
  const real = realpathSync(found)
  const shim = basename(dirname(real)) === 'shims' || ['mise', 'rustup', 'volta-shim'].includes(basename(real))
  const interpreter = interpreterOf(real)
  return {
    name: basename(name),
    file: found,
    path: real,
    identity: [real, stampOf(real), ...(shim ? shimState(real) : [])].join(' '),
    shim,
    ...(interpreter === undefined || shim ? {} : { interpreter }),
  }
}

function locate(name: string, path: string, directory: string): string | undefined {
  const candidates = name.includes('/') ? [resolve(directory, name)] : pathDirectories(path, directory).map((one) => join(one, name))
  return candidates.find(isProgram)
}

function stampOf(path: string): string {
  const { size, mtimeNs } = statSync(path, { bigint: true })
  return `${size}:${mtimeNs}`
}

/** The global choice of the version manager; the app's own files (`.python-version`, `.tool-versions`) are part of its source. */
function shimState(real: string): readonly string[] {
  return ['version', 'versions'].map((one) => {
    try {
      const file = join(dirname(real), '..', one)
      return one === 'version' ? readFileSync(file, 'utf8').trim() : stampOf(file)
    } catch {
      // This version manager keeps no such file.
      return ''
    }
  })
}

/** `node` for `#!/usr/bin/env node`; a path for `#!/usr/bin/python3`. */
function interpreterOf(real: string): string | undefined {
  const line = /^#![ \t]*(\S+)(?:[ \t]+(?:-S[ \t]+)?(\S+))?/.exec(firstBytes(real))
  const [program, argument] = [line?.[1], line?.[2]]
  const named = program !== undefined && basename(program) === 'env' ? argument : program
  return named === undefined || ['sh', 'bash', 'dash'].includes(basename(named)) ? undefined : named
}

function firstBytes(path: string): string {
  const buffer = Buffer.alloc(256)
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    // Executable but not readable: then it is not a script either.
    return ''
  }
  try {
    return buffer.toString('latin1', 0, readSync(file, buffer))
  } finally {
    closeSync(file)
  }
}
