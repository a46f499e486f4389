/** Runs an operation in a process of its own under strace, which ends it, or makes a call fail, at a chosen call. */
import { execFile, execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Home } from '@hop3/core'

const program = fileURLToPath(new URL('programs/operation.ts', import.meta.url))

/** Calls by which the file system changes. */
const changingCalls = 'mkdir,symlink,link,rename,unlink,rmdir,fsync,ftruncate,truncate,write,pwrite64'

/** The calls by which an operation changes files of the home, in order: as strace injects them, `rename:when=1`. Does the operation. */
export async function tracedCalls(home: Home, name: string): Promise<readonly string[]> {
  const log = `${home.path}.strace`
  const ending = await start(['strace', '-f', '-y', '-qq', '-o', log, '-e', `trace=${changingCalls}`, ...node(home, name)])
  if (ending.exitCode !== 0) throw new Error(`${name} failed under strace: ${ending.stderr}`)
  const counts = new Map<string, number>()
  return (await readFile(log, 'utf8')).split('\n').flatMap((line) => {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? []
    const count = (counts.get(`${thread} ${call}`) ?? 0) + 1
    counts.set(`${thread} ${call}`, count)
    return call !== undefined && line.includes(home.path) ? [`${call}:when=${count}`] : []
  })
}

export interface Ending {
  readonly exitCode: number | null
  readonly signal: string | null
  readonly stderr: string
}

/** `inject` as in strace(1): `rename:when=1:signal=KILL`. */
export function runOperation(home: Home, name: string, inject?: string, user?: number): Promise<Ending> {
  const strace = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', `trace=${inject?.split(':')[0]}`, '-e', `inject=${inject}`]
  return start([...(inject === undefined ? [] : strace), ...node(home, name)], user)
}

const node = (home: Home, name: string): readonly string[] => [process.execPath, '--conditions=@hop3/source', program, home.path, name]

function start([file = '', ...args]: readonly string[], user?: number): Promise<Ending> {
  // One worker thread, because strace counts the calls of each thread by themselves.
  const env = { PATH: process.env['PATH'], UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0' }
  return new Promise((resolve) => {
    const child = execFile(file, args, { env, ...(user === undefined ? {} : { uid: user, gid: user }) }, (_, __, stderr) =>
      resolve({ exitCode: child.exitCode, signal: child.signalCode, stderr }),
    )
  })
}

/** Why strace cannot inject here; undefined when it can. Containers may forbid ptrace. */
export function missingStrace(): string | undefined {
  try {
    execFileSync('strace', ['-qq', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO', 'true'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'strace is missing or may not trace: apt-get install strace'
  }
}
