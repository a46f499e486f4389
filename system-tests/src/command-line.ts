/** A home of its own in a temporary directory, driven as a user drives it: through the `hop3` program. */
import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createRun, systemClock } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { hop3Command } from '../../scripts/hop3-command.ts'
import { processesOf } from './left-over.ts'
import { freePort } from '@hop3/testing'

export type Fields = Readonly<Record<string, unknown>>

export interface Finished {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  /** The last line of stdout with `--json`: the result, or the error. Empty without. */
  readonly result: Fields
  /** The lines before it. */
  readonly events: readonly Fields[]
}

export interface Started {
  readonly pid: number | undefined
  readonly finished: Promise<Finished>
}

export interface CommandOptions {
  /** On top of the machine's; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Put in front of the command, to run it as somebody else: `setpriv --reuid=…`. */
  readonly prefix?: readonly string[]
  readonly cwd?: string
  /** Leads a process group of its own, as a terminal makes it: `process.kill(-pid, 'SIGINT')` is what its Ctrl-C does. */
  readonly ownGroup?: boolean
}

export interface CommandLine {
  /** Holds everything of the machine: sources may be written here. */
  readonly directory: string
  readonly home: string
  /** Runs `hop3 <words>` to its end. */
  hop3(words: readonly string[], options?: CommandOptions): Promise<Finished>
  /** Begins it. */
  start(words: readonly string[], options?: CommandOptions): Started
  /** Ends commands that still run, stops all apps and the proxy and removes the directory; throws when a command or a process is left over. */
  dispose(): Promise<void>
}

export interface CommandLineOptions {
  /** Where the temporary directory is made. */
  readonly parent?: string
  readonly options?: CommandOptions
}

export async function createCommandLine({ parent = tmpdir(), options: common = {} }: CommandLineOptions = {}): Promise<CommandLine> {
  const directory = await mkdtemp(join(parent, 'hop3-system-'))
  const home = join(directory, 'home')
  const outside = join(directory, 'outside')
  await mkdir(outside)
  const listen = { HOP3_HOME: home, HOP3_LISTEN: `127.0.0.1:${await freePort()}` }
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(HOP3_|VITEST|NODE_ENV$|NODE_OPTIONS$)/.test(name)),
  )
  const running = new Set<Running>()
  const start: CommandLine['start'] = (words, options = {}) => {
    const argv = [...(options.prefix ?? common.prefix ?? []), ...hop3Command(words)]
    const one = run(argv, {
      ownGroup: options.ownGroup === true,
      cwd: options.cwd ?? outside,
      env: { ...inherited, ...listen, ...common.env, ...options.env },
    })
    const known = { ...one, words }
    running.add(known)
    const forget = (): boolean => running.delete(known)
    one.finished.then(forget, forget)
    return one
  }
  const hop3: CommandLine['hop3'] = (words, options) => start(words, options).finished
  return { directory, home, hop3, start, dispose: () => dispose(directory, home, hop3, running) }
}

interface Running extends Started {
  readonly words: readonly string[]
  /** What it has said until now. */
  readonly said: () => string
}

function run(
  [file = '', ...args]: readonly string[],
  { cwd, env, ownGroup }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>>; readonly ownGroup: boolean },
): Omit<Running, 'words'> {
  const child = spawn(file, args, { cwd, env, detached: ownGroup, stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { stdout: '', stderr: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (texts.stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (texts.stderr += text))
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (exitCode) => {
      const lines = args.includes('--json') ? texts.stdout.split('\n').flatMap(parseLine) : []
      resolve({ exitCode, ...texts, result: lines.at(-1) ?? {}, events: lines.slice(0, -1) })
    })
  })
  return { pid: child.pid, finished, said: () => `${texts.stdout}${texts.stderr}` }
}

async function dispose(directory: string, home: string, hop3: CommandLine['hop3'], running: ReadonlySet<Running>): Promise<void> {
  const unfinished = await endRunning(directory, running)
  const { exitCode, stderr } = await hop3(['stop', '--all', '--wait'])
  const left = await processesOf(directory)
  for (const line of left) process.kill(Number.parseInt(line, 10), 'SIGKILL')
  await rm(directory, { recursive: true, force: true })
  // Elsewhere when the home's path is too long for sockets.
  await rm(createHome({ path: home, clock: systemClock, run: createRun() }).runPath, { recursive: true, force: true })
  if (unfinished !== '') throw new Error(unfinished)
  if (exitCode !== 0) throw new Error(`\`hop3 stop --all\` exited with ${exitCode}: ${stderr}`)
  if (left.length > 0) throw new Error(`processes were left over:\n${left.join('\n')}`)
}

/** Of a test that took too long: what it waited for is in the text. */
async function endRunning(directory: string, running: ReadonlySet<Running>): Promise<string> {
  if (running.size === 0) return ''
  const processes = await processesOf(directory)
  const texts = [...running].map(({ words, said }) => `\`hop3 ${words.join(' ')}\` still ran, and had said:\n${said().slice(-4_000)}`)
  for (const { pid } of running) if (pid !== undefined) process.kill(pid, 'SIGTERM')
  const ended = Promise.allSettled([...running].map(({ finished }) => finished))
  await Promise.race([ended, sleep(20_000, undefined, { ref: false })])
  for (const { pid } of running) if (pid !== undefined) process.kill(pid, 'SIGKILL')
  return [...texts, 'Its processes:', ...processes].join('\n')
}

function parseLine(line: string): readonly Fields[] {
  if (line === '') return []
  const value: unknown = JSON.parse(line)
  return typeof value === 'object' && value !== null ? [{ ...value }] : []
}
