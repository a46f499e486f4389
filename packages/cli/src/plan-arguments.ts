/** What the command line says about a plan. */
import { hop3Error, visible } from '@hop3/core'
import type { JsonPlan, PlanOverrides } from '@hop3/planner'
import { readRegularFileText, readStdin } from './given-text.ts'
import type { Invocation, Terminal } from './invocation.ts'

type Given = Pick<Invocation, 'options' | 'terminal' | 'signal'>

/** The options, `--json-plan` read from where it says. Throws `usage.unreadable-file` and `usage.not-utf8`. */
export async function planOverrides({ options, terminal, signal }: Given): Promise<PlanOverrides> {
  const [builder, deployer, installCmd, buildCmd, startCmd, planFile, jsonPlan] = [
    'builder',
    'deployer',
    'install-cmd',
    'build-cmd',
    'start-cmd',
    'config',
    'json-plan',
  ].map((name) => options.text(name))
  const toolchains = [...options.list('provider'), ...options.list('toolchain')]
  const [pkgs = [], aptPkgs = [], libs = []] = ['pkgs', 'apt', 'libs'].map((name) => options.list(name))
  return {
    ...(builder !== undefined && { builder }),
    ...(deployer !== undefined && { deployer }),
    ...(toolchains.length > 0 && { toolchains }),
    ...(installCmd !== undefined && { installCmd }),
    ...(buildCmd !== undefined && { buildCmd }),
    ...(startCmd !== undefined && { startCmd }),
    ...(pkgs.length > 0 && { pkgs }),
    ...(aptPkgs.length > 0 && { aptPkgs }),
    ...(libs.length > 0 && { libs }),
    ...(planFile !== undefined && { planFile }),
    ...(jsonPlan !== undefined && { jsonPlan: await readJsonPlan(jsonPlan, { terminal, signal }) }),
  }
}

async function readJsonPlan(argument: string, given: Pick<Given, 'terminal' | 'signal'>): Promise<JsonPlan> {
  if (argument === '-') return { text: await readStdin('a plan in JSON', given), origin: 'stdin' }
  if (!argument.startsWith('@')) return { text: argument, origin: '--json-plan' }
  const file = argument.slice(1)
  return { text: await readRegularFileText(file, 'a file that holds a plan in JSON', given.terminal), origin: file }
}

/**
 * `--env`: `NAME=value`, or `NAME` for the value it has in the operator's shell, which is taken for no other. Later ones win. Throws
 * `usage.bad-value` for no name and `usage.unset-variable` for one that has no value there.
 */
export function planEnvironment({ options, terminal }: Pick<Given, 'options' | 'terminal'>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    options.list('env').map((word) => {
      const at = word.indexOf('=')
      const name = at === -1 ? word : word.slice(0, at)
      if (name === '') throw noName(word)
      return [name, at === -1 ? ownValue(name, terminal) : word.slice(at + 1)]
    }),
  )
}

function noName(word: string): Error {
  return hop3Error('usage.bad-value', `--env ${visible(word)} names no variable.`, { hint: 'Write --env NAME=value.' })
}

function ownValue(name: string, { env }: Pick<Terminal, 'env'>): string {
  const value = Object.hasOwn(env, name) ? env[name] : undefined
  if (value !== undefined) return value
  throw hop3Error('usage.unset-variable', `--env ${visible(name)} has no value: this shell does not export ${visible(name)}.`, {
    hint: `Write --env ${name}=value, or export ${name} first. \`--env ${name}=\` is an empty value.`,
  })
}
