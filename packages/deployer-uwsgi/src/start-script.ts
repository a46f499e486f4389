/** The shell scripts an instance is started with: pure text. They are the one channel for what a user wrote, and quote it byte for byte. */
import { hop3Error, shellQuote, visible } from '@hop3/core'
import { endLeftovers } from './end-leftovers.ts'

/** Linux: MAX_ARG_STRLEN, 32 pages, the closing NUL included. */
const longestString = 128 * 1024 - 1
/** Linux allows a quarter of the stack limit (8 MiB) for arguments and environment, each with a pointer. */
const longestEnvironment = 1_900_000

/** Names a POSIX shell or bash sets by itself, so that a value written to them would arrive changed or not at all. */
const shellNames = new Set(
  (
    '_ BASHOPTS BASHPID BASH_ALIASES BASH_ARGC BASH_ARGV BASH_CMDS BASH_COMMAND BASH_LINENO BASH_SOURCE BASH_SUBSHELL BASH_VERSINFO DIRSTACK ' +
    'EPOCHREALTIME EPOCHSECONDS EUID FUNCNAME GROUPS HISTCMD LINENO OPTIND PPID RANDOM SECONDS SHELLOPTS SHLVL SRANDOM UID'
  ).split(' '),
)

export interface Worker {
  readonly app: string
  readonly worker: string
}

/** Throws `deploy.uwsgi.env-name` or `deploy.uwsgi.env-value` for what no process could be given. Values are never shown. */
export function checkEnvironment(
  env: Readonly<Record<string, string>>,
  { app, worker }: Worker,
  { inUwsgi }: { readonly inUwsgi: boolean },
): void {
  let total = 0
  for (const [name, value] of Object.entries(env)) {
    const problem = problemOfName(name, inUwsgi)
    if (problem !== undefined) {
      throw hop3Error('deploy.uwsgi.env-name', `Cannot give the variable ${visible(name)} to worker ${worker} of ${app}: ${problem}.`, {
        hint: `Rename it in hop3.toml [env], or take it away: hop3 env unset ${app} ${/^\w+$/.test(name) ? name : '<name>'}`,
        details: { name: visible(name), worker },
      })
    }
    const length = Buffer.byteLength(value)
    total += name.length + length + 10
    const fault = problemOfText(value, name.length + 1 + length)
    if (fault !== undefined) {
      throw hop3Error('deploy.uwsgi.env-value', `Cannot give the value of ${name} to worker ${worker} of ${app}: ${fault}.`, {
        hint: 'Put long or binary content into a file under $HOP3_DATA and its path into the variable.',
        details: { name, worker, bytes: length },
      })
    }
  }
  if (total <= longestEnvironment) return
  throw hop3Error(
    'deploy.uwsgi.env-size',
    `Cannot start worker ${worker} of ${app}: its environment has ${total} bytes, and a process can be given ${longestEnvironment}.`,
    {
      hint: 'Put long content into files under $HOP3_DATA and their paths into the variables.',
      details: { worker, bytes: total },
    },
  )
}

/** Throws `deploy.uwsgi.command`. */
export function checkCommand(command: string, { app, worker }: Worker): void {
  const fault = command.trim() === '' ? 'it is empty' : problemOfText(command, Buffer.byteLength(command))
  if (fault === undefined) return
  throw hop3Error('deploy.uwsgi.command', `Cannot run worker ${worker} of ${app}: ${fault} (${visible(command)}).`, {
    hint: `Write the command of ${worker} in Procfile or hop3.toml [run.workers].`,
    details: { worker },
  })
}

/** `export NAME='…'` lines. The environment has been checked. */
export function exportLines(env: Readonly<Record<string, string>>): string {
  return Object.entries(env)
    .map(([name, value]) => `export ${name}=${shellQuote(value)}\n`)
    .join('')
}

/** With the instance's mark, and never with the Emperor's: whoever bears that is taken for it. */
function marked(env: Readonly<Record<string, string>>, instance: string): Readonly<Record<string, string>> {
  const rest = Object.entries(env).filter(([name]) => name !== 'HOP3_EMPEROR')
  return { ...Object.fromEntries(rest), HOP3_INSTANCE: instance }
}

/** Becomes uWSGI in `directory`. `starts` and `stopping` are relative to the instance, where the script begins. */
export function startScript({ instance, directory, env, uwsgi, ini }: StartScript): string {
  return (
    '#!/bin/sh\n' +
    `cd -P ${shellQuote(instance)} || exit 78\n` +
    '[ -e stopping ] && exit 0\n' +
    'echo "$$" >> starts\n' +
    'rm -f ready exit began\n' +
    `cd -P ${shellQuote(directory)} || exit 78\n` +
    'unset OLDPWD\n' +
    exportLines(marked(env, instance)) +
    `exec ${uwsgi.map(shellQuote).join(' ')} --ini ${shellQuote(ini)}\n`
  )
}

export interface StartScript {
  readonly instance: string
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  /** The program and its first arguments. */
  readonly uwsgi: readonly string[]
  /** Relative to `directory`. */
  readonly ini: string
}

/** Becomes the app's command in its directory, with its environment and nothing else. */
export function commandScript({ instance, directory, env, command, guard = '' }: CommandScript): string {
  return (
    '#!/bin/sh\n' +
    guard +
    `cd -P ${shellQuote(directory)} || exit 78\n` +
    'unset OLDPWD\n' +
    exportLines(marked(env, instance)) +
    `exec /bin/sh -c ${shellQuote(command)}\n`
  )
}

export interface CommandScript {
  readonly instance: string
  readonly directory: string
  readonly env: Readonly<Record<string, string>>
  readonly command: string
  /** Lines before anything else: `cronMoment`, `cronGuard`, `appendTo`. */
  readonly guard?: string
}

/**
 * Stays beside the command, because uWSGI does not tell how a daemon ended. It outlives SIGTERM, which goes to the whole group; and once the
 * instance is being stopped, uWSGI must not see the daemon end, or it would start it again. A socket that a killed command left would keep
 * its successor from listening. `output` is the line that says where output goes.
 */
export const superviseScript = (output: string): string =>
  '#!/bin/sh\n' +
  output +
  "trap ':' TERM\n" +
  endLeftovers +
  '[ -z "$HOP3_SOCKET" ] || rm -f -- "$HOP3_SOCKET"\n' +
  'read -r uptime rest < /proc/uptime\n' +
  'echo "$uptime $rest" > began\n' +
  'env -i HOP3_INSTANCE="$HOP3_INSTANCE" /bin/sh ./command\n' +
  'code=$?\n' +
  'echo "$code" > exit\n' +
  '[ -e stopping ] && exec sleep 86400\n' +
  'exit "$code"\n'

/**
 * The Emperor starts every vassal with it: `<wrapper> --ini <vassal file>`, in the directory of the vassal files. From here on the process
 * bears its instance's mark.
 */
export function wrapperScript(instances: string): string {
  return (
    '#!/bin/sh\n' +
    'for last; do :; done\n' +
    'unset HOP3_EMPEROR\n' +
    `export HOP3_INSTANCE=${shellQuote(instances)}/"\${last%.ini}"\n` +
    'exec "$HOP3_INSTANCE/start"\n'
  )
}

function problemOfName(name: string, inUwsgi: boolean): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return 'a name has letters, digits and underscores and does not start with a digit'
  if (shellNames.has(name)) return 'the shell that starts the worker keeps this name for itself'
  if (inUwsgi && name.startsWith('UWSGI_')) return 'uWSGI, in which this worker runs, would take it for one of its own options'
  return undefined
}

function problemOfText(text: string, bytes: number): string | undefined {
  if (text.includes('\0')) return 'it holds a NUL character'
  if (!text.isWellFormed()) return 'it holds half of a surrogate pair, which is no character'
  if (bytes > longestString) return `it is ${bytes} bytes long with its name, and the system allows ${longestString}`
  return undefined
}
