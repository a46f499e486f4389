import { checkAppName, hop3Error, isPlanVariable, visible, type Host } from '@hop3/core'
import type { CommandResult } from '../command-spec.ts'
import { changeEnv, type EnvChanges } from '../change-env.ts'
import { readAssignments } from '../env-assignments.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { table } from '../render/table.ts'
import { splitApp, type NamedWords } from '../split-app.ts'

interface Asked extends NamedWords {
  readonly invocation: Invocation
  readonly host: Host
}

const actions: Readonly<Record<string, (asked: Asked) => Promise<CommandResult>>> = { list, get, set, unset }

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { operands, options } = invocation
  const [name = '', ...words] = operands
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined
  if (action === undefined)
    throw hop3Error('usage.bad-value', `\`hop3 env\` cannot ${visible(name)}.`, { hint: 'Write: hop3 env list, get, set or unset.' })
  const host = await createHost(invocation)
  // Beside a file a single word has nothing to be but the app.
  const mayBeAlone = name === 'list' || (name === 'set' && options.text('file') !== undefined)
  const split = options.text('app') === undefined ? splitApp(words, await host.home.apps(), mayBeAlone) : { named: undefined, rest: words }
  return action({ invocation, host, ...split })
}

async function list({ invocation, host, named }: Asked): Promise<CommandResult> {
  const { options, output } = invocation
  const home = await knownApp(invocation, host, named)
  const values = Object.entries(await home.readEnv())
  const variables = values.map(([name, value]) => (options.flag('show') ? { name, value } : { name }))
  const rows = values.map(([name, value]) => [name, options.flag('show') ? value : ({ style: 'dim', text: '(hidden; --show)' } as const)])
  return {
    value: { app: home.appName, variables },
    text: rows.length === 0 ? `${home.appName} has no variables of its own.` : table(['NAME', 'VALUE'], rows, output.paint),
  }
}

async function get({ invocation, host, named, rest }: Asked): Promise<CommandResult> {
  const home = await knownApp(invocation, host, named)
  const [name] = rest
  if (name === undefined || rest.length > 1)
    throw hop3Error('usage.missing-operand', '`hop3 env get` reads one variable.', { hint: `Write: hop3 env get ${home.appName} NAME` })
  const values = await home.readEnv()
  const value = Object.hasOwn(values, name) ? values[name] : undefined
  if (value !== undefined) return { value: { app: home.appName, name, value }, text: value }
  throw hop3Error('usage.unknown-variable', `${home.appName} has no variable ${visible(name)}.`, {
    hint: `\`hop3 env list ${home.appName}\` names those it has.`,
  })
}

async function set(asked: Asked): Promise<CommandResult> {
  const { invocation, named, rest } = asked
  const changes = await readAssignments(rest, invocation.options.text('file'), invocation)
  const names = Object.keys(changes)
  if (names.length === 0)
    throw hop3Error('usage.missing-operand', '`hop3 env set` was given nothing to set.', {
      hint: `Write: ${['hop3 env set', named ?? [], 'NAME=value'].flat().join(' ')}`,
    })
  return change(asked, changes, `Set ${names.join(', ')}`)
}

async function unset(asked: Asked): Promise<CommandResult> {
  const { named, rest } = asked
  if (rest.length === 0)
    throw hop3Error('usage.missing-operand', '`hop3 env unset` was given nothing to remove.', {
      hint: `Write: ${['hop3 env unset', named ?? [], 'NAME'].flat().join(' ')}`,
    })
  return change(asked, Object.fromEntries(rest.map((name) => [name, undefined])), `Removed ${rest.join(', ')}`)
}

async function change({ invocation, host, named }: Asked, changes: EnvChanges, done: string): Promise<CommandResult> {
  const { options } = invocation
  // An app may get its variables before its first deploy; without a name it must be one that is there.
  const asked = named ?? options.text('app')
  const home = asked === undefined ? await knownApp(invocation, host, undefined) : host.home.app(checkAppName(asked))
  // What only says how to build is no reason to end what runs.
  const isOfBuild = Object.keys(changes).every(isPlanVariable)
  const mayRestart = !options.flag('no-restart') && !isOfBuild
  const restarted = await changeEnv(home, host, changes, { wait: options.flag('wait'), mayRestart })
  const text = `${done} for ${home.appName}. ${restarted ? 'It runs with the change.' : `The next ${isOfBuild ? 'deploy' : 'start or deploy'} uses the change.`}`
  return { value: { app: home.appName, names: Object.keys(changes), restarted }, text }
}
