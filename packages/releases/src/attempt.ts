import { hop3Error, toHop3Error } from '@hop3/core'
import { systemCode } from '@hop3/core/files'

/** Runs `work`; a system error comes out as an `environment.*` error that begins with what was attempted. Others pass. */
export async function attempt<T>(attempted: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = systemCode(error)
    if (code === '') throw error
    throw inTheWay(attempted, code, error) ?? toHop3Error(error, attempted)
  }
}

/** Something else is where a file or directory of the home should be. */
function inTheWay(attempted: string, code: string, error: unknown): Error | undefined {
  const path = error instanceof Error && 'path' in error ? String(error.path) : 'the path'
  const saw = new Map([
    ['ENOTDIR', `a part of ${path} is not a directory`],
    ['ENAMETOOLONG', `${path} is too long`],
    ['ELOOP', `${path} is a circle of links`],
    ['EEXIST', `something else is at ${path}`],
    ['EISDIR', `a directory is at ${path}`],
    ['ENOTEMPTY', `a directory is at ${path}`],
    ['ENOENT', `${path} is not there`],
  ]).get(code)
  if (saw === undefined) return undefined
  return hop3Error('environment.home', `${attempted}: ${saw}.`, {
    hint: 'Put it right, or set HOP3_HOME to another directory.',
    cause: error,
    details: { path },
  })
}
