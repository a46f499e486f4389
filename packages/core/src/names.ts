/** The names that become file names, host names and arguments: one rule each, checked by one function each, at every entry. */
import { hop3Error } from './errors.ts'

const appName = /^[a-z][a-z0-9-]{0,62}$/
const workerName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/
const releaseId = /^r(\d{6,})-[0-9a-f]{8}$/

/** 1 to 63 lower-case letters, digits and hyphens, starting with a letter: the label of a host name. */
export function isAppName(name: string): boolean {
  return appName.test(name)
}

/** Returns `name` when it is an app name. Throws `config.app-name`. */
export function checkAppName(name: string, origin?: string): string {
  if (isAppName(name)) return name
  throw hop3Error('config.app-name', `${origin ? `${origin}: ` : ''}${visible(name)} is not an app name.`, {
    hint: 'Use lower-case letters, digits and hyphens, starting with a letter, at most 63 characters: `--app my-app`.',
    details: { name: visible(name) },
  })
}

/** Returns `name` when it is a worker name. Throws `config.worker-name`. */
export function checkWorkerName(name: string, origin?: string): string {
  if (workerName.test(name)) return name
  throw hop3Error('config.worker-name', `${origin ? `${origin}: ` : ''}${visible(name)} is not a worker name.`, {
    hint: 'Use letters, digits, dots, underscores and hyphens, starting with a letter or digit, at most 63 characters.',
    details: { name: visible(name) },
  })
}

/** `r000042-1f3a9c2e`: a counter that only grows, then the first 8 hex digits of the build id. */
export function formatReleaseId(counter: number, buildId: string): string {
  return `r${String(counter).padStart(6, '0')}-${buildId.slice(0, 8)}`
}

/** The counter of a release id, or undefined when the text is not one. */
export function releaseCounter(id: string): number | undefined {
  const found = releaseId.exec(id)
  return found ? Number(found[1]) : undefined
}

/** The text quoted, with unprintable characters as escapes, cut at 100 characters: fit for any message. */
export function visible(text: string): string {
  return printable(JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text))
}

/** The text as it is but for unprintable characters, which become the escapes of `visible`: fit for a cell or a line of its own. */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- controls, separators and what turns the direction of writing
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (one) => {
    const code = one.charCodeAt(0)
    return code < 0x20 ? JSON.stringify(one).slice(1, -1) : `\\u${code.toString(16).padStart(4, '0')}`
  })
}
