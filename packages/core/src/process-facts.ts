/**
 * What Linux tells of a process below /proc, see proc(5). Processes end while they are being looked at, and others' cannot be read: what cannot
 * be read is not there.
 */
import { readFileSync } from 'node:fs'
import { readdir, readlink } from 'node:fs/promises'

export interface ProcessStat {
  readonly parent: number
  readonly session: number
  /** Clock ticks after boot at which it started: tells it from a later process with the same pid, and survives becoming another program. */
  readonly started: string
  /** It has ended, and nobody has noticed yet. */
  readonly isDefunct: boolean
}

/** Of every process there is. Empty without /proc. */
export async function processIds(): Promise<readonly number[]> {
  return (await list('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
}

/** Undefined when there is no such process, or no /proc. */
export async function readProcessStat(pid: number): Promise<ProcessStat | undefined> {
  return parseProcessStat(readText(`/proc/${pid}/stat`))
}

/** The name in field 2 may hold anything, blanks, line breaks and parentheses included; no later field holds a parenthesis. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  const [state = '', parent, , session, ...others] = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const started = others[15]
  if (started === undefined) return undefined
  return { parent: Number(parent), session: Number(session), started, isDefunct: /^[ZXx]$/.test(state) }
}

/** As it was when the process last became another program: `NAME=value`, each ended by a NUL. See `variableIn`. */
export async function readEnvironment(pid: number): Promise<string> {
  return readText(`/proc/${pid}/environ`)
}

/** The value of the first variable of this name; undefined without one. */
export function variableIn(environment: string, name: string): string | undefined {
  const found = environment.startsWith(`${name}=`) ? 0 : environment.indexOf(`\0${name}=`) + 1
  if (found === 0 && !environment.startsWith(`${name}=`)) return undefined
  const start = found + name.length + 1
  const end = environment.indexOf('\0', start)
  return environment.slice(start, end === -1 ? undefined : end)
}

/** Its program's name and arguments. Empty for threads of the kernel and what has ended. */
export async function readArguments(pid: number): Promise<readonly string[]> {
  const text = readText(`/proc/${pid}/cmdline`)
  return text === '' ? [] : text.replace(/\0$/, '').split('\0')
}

/** Inode numbers of the sockets it has open. */
export async function socketInodes(pid: number): Promise<readonly string[]> {
  const descriptors = await list(`/proc/${pid}/fd`)
  const links = await Promise.all(descriptors.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? [])
}

const list = (path: string): Promise<readonly string[]> => readdir(path).catch(() => [])

/** The kernel makes the text while it is read, mostly without waiting for anything: to hand each of hundreds of files to another thread costs five times as much. */
function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
