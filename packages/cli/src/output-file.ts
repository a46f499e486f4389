import { hop3Error, visible } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import { constants } from 'node:fs'
import { access, mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Invocation } from './invocation.ts'

/**
 * The file a command is to write: `--output`, else of this name in the directory it was called in; for a command that has none, undefined.
 * Looked at before the work that fills it. Throws `usage.no-directory` where it cannot be written.
 */
export async function outputFile({ options, terminal }: Pick<Invocation, 'options' | 'terminal'>, name: string): Promise<string>
export async function outputFile({ options, terminal }: Pick<Invocation, 'options' | 'terminal'>): Promise<string | undefined>
export async function outputFile(
  { options, terminal }: Pick<Invocation, 'options' | 'terminal'>,
  name?: string,
): Promise<string | undefined> {
  const written = options.text('output') ?? name
  if (written === undefined) return undefined
  const file = resolve(terminal.cwd, written)
  const directory = dirname(file)
  const problem = (await isDirectory(file)) ? `${visible(file)} is a directory` : await whyNotInto(directory)
  if (problem === undefined) return file
  throw hop3Error('usage.no-directory', `Cannot write ${visible(written)}: ${problem}.`, {
    hint: 'Name a file in a directory that is there and may be written: --output <file>.',
    details: { path: directory },
  })
}

/** The directory a command is to write into, made where there is none. Throws `usage.no-directory`. */
export async function makeOutputDirectory(cwd: string, written: string): Promise<string> {
  const place = resolve(cwd, written)
  const why = await mkdir(place, { recursive: true }).then(
    () => whyNotInto(place),
    (error: unknown) => `it cannot be made (${systemCode(error)})`,
  )
  if (why === undefined) return place
  throw hop3Error('usage.no-directory', `Cannot write into ${visible(written)}: ${why}.`, {
    hint: 'Name a directory that may be written, or where one can be made: --output <dir>.',
    details: { path: place },
  })
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function whyNotInto(directory: string): Promise<string | undefined> {
  if (!(await isDirectory(directory))) return `there is no directory ${visible(directory)}`
  return access(directory, constants.W_OK | constants.X_OK).then(
    () => undefined,
    () => `this user may not write into ${visible(directory)}`,
  )
}
