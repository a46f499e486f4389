/** A script as a RUN instruction: one that people can read where the parser leaves it alone, else as JSON. */
import { hop3Error, shellQuote, visible } from '@hop3/core'
import { isVariableName } from './quote.ts'

export interface Script {
  /** Options of RUN: `--mount=…`. */
  readonly flags?: readonly string[]
  /** Exported before the commands. */
  readonly variables?: Readonly<Record<string, string>>
  /** Statements of our own that come first. */
  readonly before?: readonly string[]
  /** Each runs in a shell of its own under `-e`, as in a local build, and the first that fails ends the step. */
  readonly commands: readonly string[]
}

/** The longest line BuildKit's and the classic parser read. */
const longestLine = 65_535

/** Throws `build.dockerfile.command` for what cannot be a command of a Dockerfile. */
export function runInstruction({ flags = [], variables = {}, before = [], commands }: Script): string {
  const exported = Object.entries(variables).map(([name, value]) => `${checkedName(name)}=${exportedValue(value)}`)
  const steps = [...(exported.length === 0 ? [] : [`export ${exported.join(' ')}`]), ...before]
  const chain = commands.map((command) => statement(command, commands.length + before.length > 1))
  const parts = [...steps, ...chain]
  return runParts(parts, flags)
}

/** Commands joined by `&&` in one shell. */
export function runParts(parts: readonly string[], flags: readonly string[] = []): string {
  const isReadable = parts.every((part) => /^[\x20-\x7e]+$/.test(part) && !/<<|\\$|\s$/.test(part)) && !/^[\s[#-]/.test(parts[0] ?? '')
  if (isReadable) return `${['RUN', ...flags].join(' ')} ${parts.join(' \\\n    && ')}`
  const line = ['RUN', ...flags, JSON.stringify(['/bin/sh', '-c', parts.join(' && ')])].join(' ')
  if (line.length > longestLine || !line.isWellFormed() || line.includes('\\u0000')) throw unfit(parts)
  return line
}

/** Throws `build.dockerfile.variable` where the name is none a shell can export. */
export function checkedName(name: string): string {
  if (isVariableName(name)) return name
  throw hop3Error('build.dockerfile.variable', `The plan has a variable ${visible(name)}: a shell has no such name.`, {
    hint: 'Use letters, digits and underscores.',
    details: { name },
  })
}

function exportedValue(value: string): string {
  return /^[A-Za-z0-9_./:@%+,-]*$/.test(value) ? value : shellQuote(value)
}

/** Lists of commands mean the same inside another list; everything else goes to a shell of its own, as it is. */
function statement(command: string, isOneOfSeveral: boolean): string {
  const isWhole = /^(?:[^'"()]|'[^']*'|"[^"]*")*$/.test(command)
  const isSimple = isWhole && /^[\w./]/.test(command) && !/[;|&`\\#\n\r!]/.test(command) && !ownState.test(command)
  if (isSimple) return command
  const isList = isWhole && /^[\w./]/.test(command) && !/[;|`\\#\n\r!]/.test(command) && !/(?:^|[^&])&(?:[^&]|$)/.test(command)
  if (isList) return isOneOfSeveral ? `( ${command} )` : command
  return `/bin/sh -e -c ${shellQuote(command)}`
}

/** Built-ins whose effect would last beyond the command. */
const ownState =
  /^(?:cd|export|set|unset|exec|exit|umask|trap|eval|readonly|alias|ulimit|return|if|for|while|until|case)\b|^\.\s|^[A-Za-z_]\w*=\S*$/

function unfit(commands: readonly string[]): Error {
  return hop3Error('build.dockerfile.command', `A command cannot be written into a Dockerfile: ${visible(commands.join(' && '))}`, {
    hint: 'Put it into a script of the app and run that.',
  })
}
