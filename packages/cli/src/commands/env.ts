import { checkAppName, hop3Error, restartApp, visible, type AppHome, type Host } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { readAssignments } from '../env-assignments.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { table } from '../render/table.ts'

type Action = (invocation: Invocation, named: string | undefined, words: readonly string[]) => Promise<CommandResult>

const actions: Readonly<Record<string, Action>> = { list, get, set, unset }

export async function run(invocation: Invocation): Promise<CommandResult> {
  const [name = '', ...words] = invocation.operands
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (action === undefined)
    throw hop3Error('usage.bad-value', `\`hop3 env\` cannot ${visible(name)}.`, { hint: 'Write: hop3 env list, get, set or unset.' })
  const { named, rest } = splitApp(words, name === 'list', invocation.options.text('app') !== undefined)
  return action(invocation, named, rest)
}

/** The first word is the app's name when it can be one and something follows it; variables are mostly upper-case, apps never are. */
function splitApp(words: readonly string[], isList: boolean, isAppGiven: boolean): { named: string | undefined; rest: readonly string[] } {
  const [first] = words
  const isApp = first !== undefined && !isAppGiven && /^[a-z][a-z0-9-]*$/.test(first) && (isList || words.length > 1)
  return isApp ? { named: first, rest: words.slice(1) } : { named: undefined, rest: words }
}

async function list(invocation: Invocation, named: string | undefined): Promise<CommandResult> {
  const { options, output } = invocation
  const home = await knownApp(invocation, await createHost(invocation), named)
  const values = Object.entries(await home.readEnv())
  const variables = values.map(([name, value]) => (options.flag('show') ? { name, value } : { name }))
  const rows = values.map(([name, value]) => [name, options.flag('show') ? value : output.paint('dim', '(hidden; --show)')])
  return {
    value: { app: home.appName, variables },
    text: rows.length === 0 ? `${home.appName} has no variables of its own.` : table(['NAME', 'VALUE'], rows, output.paint),
  }
}

async function get(invocation: Invocation, named: string | undefined, words: readonly string[]): Promise<CommandResult> {
  const home = await knownApp(invocation, await createHost(invocation), named)
  const [name] = words
  if (name === undefined || words.length > 1)
    throw hop3Error('usage.missing-operand', '`hop3 env get` reads one variable.', { hint: `Write: hop3 env get ${home.appName} NAME` })
  const values = await home.readEnv()
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value !== undefined) return { value: { app: home.appName, name, value }, text: value }
  throw hop3Error('usage.unknown-variable', `${home.appName} has no variable ${visible(name)}.`, {
    hint: `\`hop3 env list ${home.appName}\` names those it has.`,
  })
}

async function set(invocation: Invocation, named: string | undefined, words: readonly string[]): Promise<CommandResult> {
  const changes = await readAssignments(words, invocation.options.text('file'), invocation.terminal)
  const names = Object.keys(changes)
  if (names.length === 0)
    throw hop3Error('usage.missing-operand', '`hop3 env set` was given nothing to set.', { hint: 'Write: hop3 env set <app> NAME=value' })
  return change(invocation, named, changes, `Set ${names.join(', ')}`)
}

async function unset(invocation: Invocation, named: string | undefined, words: readonly string[]): Promise<CommandResult> {
  if (words.length === 0)
    throw hop3Error('usage.missing-operand', '`hop3 env unset` was given nothing to remove.', { hint: 'Write: hop3 env unset <app> NAME' })
  return change(invocation, named, Object.fromEntries(words.map((name) => [name, undefined])), `Removed ${words.join(', ')}`)
}

async function change(
  invocation: Invocation,
  named: string | undefined,
  changes: Readonly<Record<string, string | undefined>>,
  done: string,
): Promise<CommandResult> {
  const { options, signal } = invocation
  const host = await createHost(invocation)
  // An app may get its variables before its first deploy; without a name it must be one that is there.
  const asked = named ?? options.text('app')
  const home = asked === undefined ? await knownApp(invocation, host, undefined) : host.home.app(checkAppName(asked))
  const lock = await home.lock({ operation: 'env', wait: options.flag('wait'), signal, notice: (text) => host.log.warn(text) })
  try {
    await home.writeEnv(changes)
  } finally {
    await lock.release()
  }
  const restarted = !options.flag('no-restart') && (await isServing(home))
  if (restarted) await restart(home, host, options.flag('wait'))
  const text = `${done} for ${home.appName}. ${restarted ? 'It runs with the change.' : 'The next start or deploy uses the change.'}`
  return { value: { app: home.appName, names: Object.keys(changes), restarted }, text }
}

async function isServing(home: AppHome): Promise<boolean> {
  return (await home.current()) !== undefined && !(await home.readState()).stopped
}

async function restart(home: AppHome, host: Host, wait: boolean): Promise<void> {
  host.log.info(`Restarting ${home.appName}.`)
  await restartApp(home.appName, host, { wait })
}
