/** A small file of the home that says what its operator wants: where it cannot be used, nothing else may be taken for it. */
import { readFile } from 'node:fs/promises'
import { isHop3Error, toHop3Error, type Hop3Error, type Hop3ErrorOptions } from './errors.ts'
import { parseJson } from './json.ts'
import { orElse, systemCode } from './system-error.ts'

export interface KeptSetting<T> {
  readonly path: string
  /** Undefined when the value is none of these. */
  readonly parse: (value: unknown) => T | undefined
  /** What a damaged one does not do: `it does not say …`. */
  readonly lack: string
  readonly damaged: (message: string, rest: Pick<Hop3ErrorOptions, 'details' | 'cause'>) => Hop3Error
}

/** Undefined where there is no file. Throws `damaged`, and `environment.*` where the system keeps it from being read. */
export async function readKept<T>({ path, parse, lack, damaged }: KeptSetting<T>): Promise<T | undefined> {
  const unusable = (saw: string, cause?: unknown): Error => damaged(`${path} cannot be used: ${saw}.`, { details: { path }, cause })
  const text = await orElse(readFile(path, 'utf8'), undefined).catch((error: unknown) => {
    const problem = toHop3Error(error, `Cannot read ${path}`)
    throw problem.class === 'internal' ? unusable(`it cannot be read (${systemCode(error)})`, error) : problem
  })
  if (text === undefined) return undefined
  const found = parse(parseJson(text))
  if (found === undefined) throw unusable(lack)
  return found
}

/** What reading came to, where it is said anew: a damaged one says nothing any more. */
export async function absentIfDamaged<T>(reading: Promise<T | undefined>, code: string): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    if (isHop3Error(error) && error.code === code) return undefined
    throw error
  })
}
