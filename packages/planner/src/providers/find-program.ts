/** The whole file is about one question: which program of the host is `exec:<program>`, and did it come with an app? */
import { realpathSync } from 'node:fs'
import { dirname, isAbsolute, join, sep } from 'node:path'
import { hop3Error, isProgram, pathDirectories, visible } from '@hop3/core'

export interface ProgramRequest {
  /** As written after `exec:`. */
  readonly program: string
  readonly origin: string
  /** The app's source. */
  readonly sourcePath: string
  /** Hop3's home: programs are found in its `providers/`, and nothing else in it is run. */
  readonly home: string | undefined
  readonly cachePath: string
  /** PATH of the host. */
  readonly path: string
}

/**
 * Its real path: an absolute one, else a name in `<home>/providers` or on PATH. Throws `config.provider.exec-path` for a relative path,
 * `config.provider.exec-missing`, and `config.provider.exec-from-app` for what came with an app: planning never runs that.
 */
export function findProgram(request: ProgramRequest): string {
  const { program, origin, home, path } = request
  const isPath = program.includes('/')
  if (program === '' || program.includes('\0') || (isPath && !isAbsolute(program)) || program === '.' || program === '..')
    throw relative(request)
  const providers = home === undefined ? [] : [join(home, 'providers')]
  const directories = [...providers, ...pathDirectories(path)]
  const candidates = isPath ? [program] : directories.map((directory) => join(directory, program))
  const found = candidates.find(isProgram)
  if (found !== undefined) return checkForeign(realpathSync(found), request)
  throw hop3Error(
    'config.provider.exec-missing',
    `${origin}: exec:${shown(program)} is not there: ${isPath ? 'no program has this path' : "it is neither among the host's providers nor on PATH"}.`,
    {
      hint: isPath
        ? 'Install it there, and make it executable: `chmod +x`.'
        : `Install it, or copy the program to ${visible(providers[0] ?? 'a directory on PATH')}.`,
      details: { origin },
    },
  )
}

function checkForeign(real: string, { program, origin, sourcePath, home, cachePath }: ProgramRequest): string {
  const providers = home === undefined ? undefined : join(realOf(home), 'providers')
  const isOurs = providers !== undefined && isBelow(real, providers)
  const fromApp =
    isBelow(real, realOf(sourcePath)) || isBelow(real, realOf(cachePath)) || (home !== undefined && isBelow(real, realOf(home)) && !isOurs)
  if (!fromApp) return real
  throw hop3Error(
    'config.provider.exec-from-app',
    `${origin}: exec:${shown(program)} is ${visible(real)}, which came with an app. Planning never runs such code.`,
    {
      hint: `If you trust it, copy it to ${visible(join(home ?? dirname(cachePath), 'providers'))} and write "exec:${program.slice(program.lastIndexOf('/') + 1)}".`,
      details: { origin },
    },
  )
}

function relative({ program, origin }: ProgramRequest): Error {
  return hop3Error('config.provider.exec-path', `${origin}: exec:${shown(program)} names no program of the host.`, {
    hint: 'Write an absolute path, or the name of a program on PATH or in the directory `providers` of $HOP3_HOME. What lies in the app is never run.',
    details: { origin },
  })
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith(sep) ? directory : directory + sep)
}

function realOf(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    // Not made yet: then nothing is in it.
    return path
  }
}

function shown(program: string): string {
  return /^[\w@%+=:,./-]+$/.test(program) ? program : visible(program)
}
