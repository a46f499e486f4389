/** One run of one command: everything a command may use. Commands touch no global of the process. */
import type { Output } from './render/output.ts'

export interface Invocation {
  readonly options: Options
  readonly operands: readonly string[]
  /** The words after `--`; undefined when there was none. */
  readonly commandLine: readonly string[] | undefined
  readonly terminal: Terminal
  readonly output: Output
  readonly signal: AbortSignal
  /** From now on Ctrl-C is for the program that shares this terminal. */
  readonly leaveInterrupts: () => void
}

/** The values of the options, by name. Asking for what the command does not declare gives the empty value. */
export interface Options {
  flag(name: string): boolean
  text(name: string): string | undefined
  list(name: string): readonly string[]
}

/** The process's surroundings. */
export interface Terminal {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** Asked for when it is read: opening it takes time. */
  readonly stdin: () => NodeJS.ReadableStream & { readonly isTTY?: boolean; readonly destroy?: (error?: Error) => unknown }
  readonly stdout: OutputStream
  readonly stderr: OutputStream
}

/** What is used of `process.stdout`. */
export interface OutputStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): boolean
  on(event: 'error', listener: (error: Error) => void): unknown
}
