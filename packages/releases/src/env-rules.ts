/** Which variables an operator may set for an app. Values are secrets: no message shows one. */
import { hop3Error, isOwnVariable, visible } from '@hop3/core'

const reserved: ReadonlySet<string> = new Set(['PORT', 'BIND_ADDRESS', 'APP', 'PROC_TYPE'])
/** Linux takes no longer single string into a process: `NAME=value` and the closing NUL (MAX_ARG_STRLEN). */
const longestVariable = 128 * 1024
/** A name becomes a file name. */
const longestName = 255

/** A name that may be removed: any that can exist. Throws `config.env-name`. */
export function checkEnvName(name: string): void {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name.length <= longestName) return
  throw hop3Error('config.env-name', `${visible(name)} is not a name of an environment variable.`, {
    hint: 'Use letters, digits and underscores, not starting with a digit: `hop3 env set DATABASE_URL=…`.',
  })
}

/** A name that may be set. Throws `config.env-name`. `origin` is the file that holds it. */
export function checkSettable(name: string, origin?: string): void {
  checkEnvName(name)
  if (!reserved.has(name) && !isOwnVariable(name)) return
  throw hop3Error(
    'config.env-name',
    `${origin === undefined ? '' : `${origin}: `}${name} cannot be set for an app: Hop3 itself sets it for every worker.`,
    {
      hint: origin === undefined ? 'Choose another name.' : `Remove it: \`hop3 env unset ${name}\`.`,
    },
  )
}

/** Throws `config.env-value`. */
export function checkEnvValue(name: string, value: string): void {
  const problem = problemOf(name, value)
  if (problem === undefined) return
  throw hop3Error('config.env-value', `The value of ${name} cannot be given to a process: ${problem}.`, {
    hint: `Put it into a file under $HOP3_DATA and set ${name} to the file's path, or encode it.`,
  })
}

function problemOf(name: string, value: string): string | undefined {
  if (value.includes('\0')) return 'it contains a NUL byte'
  if (!value.isWellFormed()) return 'it is not valid Unicode'
  const bytes = Buffer.byteLength(value)
  return Buffer.byteLength(name) + bytes + 2 > longestVariable
    ? `it is ${bytes} bytes long, and Linux takes 128 KiB at most, the name included`
    : undefined
}
