/** What a command is: the words it takes, what its help says, and where its code is. Data only, so that parsing, help and completion agree. */
import type { AppFailure } from './each-app.ts'
import type { Invocation } from './invocation.ts'

export interface OptionSpec {
  /** Without the dashes. */
  readonly name: string
  readonly short?: string
  /** What its value is called in the help. Absent: a flag. */
  readonly value?: string
  readonly repeatable?: boolean
  readonly choices?: readonly string[]
  readonly summary: string
}

export interface OperandSpec {
  /** As the help writes it: `[dir]`, `<app>`, `[name=±n…]`. */
  readonly label: string
  /** What a shell may offer for it. */
  readonly complete?: 'directory' | 'file' | 'app' | readonly string[]
}

export interface CommandSpec {
  readonly name: string
  /** One imperative sentence. */
  readonly summary: string
  readonly operands: readonly OperandSpec[]
  /** How many operands it takes. */
  readonly atLeast: number
  readonly atMost: number
  /** Whether it takes a command line after `--`. */
  readonly takesCommandLine?: boolean
  readonly options: readonly OptionSpec[]
  /** What a person needs to know besides the options. */
  readonly notes?: readonly string[]
  /** A line to type, and what it does. */
  readonly examples: readonly (readonly [line: string, meaning: string])[]
  load(): Promise<CommandModule>
}

export interface CommandModule {
  run(invocation: Invocation): Promise<CommandResult>
}

export interface CommandResult {
  /** The last line of `--json`. */
  readonly value: Readonly<Record<string, unknown>>
  /** What goes to stdout otherwise; a newline is added when it has none. Empty or absent: nothing. */
  readonly text?: string
  /** Default: that of the first of `failures`, else 0. */
  readonly exitCode?: number
  /** What it could not do for some of many apps: said after the text. `value` has them, too. */
  readonly failures?: readonly AppFailure[]
  /** `text` goes to stdout even with `--json`: the command was asked for a format of its own. */
  readonly verbatim?: boolean
}
