/** What `HOP3_…` and `NIXPACKS_…` variables say about a build, wherever they were given. */
import { hop3Error, isPlanVariable, visible } from '@hop3/core'
import type { OptionVariable, PhaseInput, PlanInput, ToolVersion } from '@hop3/core'
import { isMarker } from '../plan/merge-plans.ts'
import { toolchainOfProvider } from './provider-names.ts'
import { splitList } from './split-list.ts'
import { generalVariables, ignoredVariables, variableAliases } from './variable-names.ts'

export interface PlanVariable {
  /** As given: `HOP3_BUILD_CMD`. */
  readonly name: string
  readonly value: string
  /** `--env HOP3_BUILD_CMD`, `nixpacks.toml:3:1`. */
  readonly origin: string
}

export interface PlanSettings {
  /** Without workers. */
  readonly plan: PlanInput
  readonly startCmd?: PlanVariable
  readonly versions: Readonly<Record<string, ToolVersion>>
  /** By `<TOOLCHAIN>_<OPTION>`; whether there is such an option, only the toolchain knows. */
  readonly optionVariables: Readonly<Record<string, Omit<OptionVariable, 'inFile'>>>
  /** The plan file to read. */
  readonly configFile?: PlanVariable
  /** Phases are run anew, whatever the cache holds. */
  readonly noCache?: PlanVariable
  /** Key path of the plan → where it was written. */
  readonly origins: Readonly<Record<string, string>>
  readonly warnings: readonly string[]
}

/**
 * One rule for all of them: `<TOOL>_VERSION` is a version, `<TOOLCHAIN>_<OPTION>` an option, and the ones of `variable-names.ts` are what
 * their names say; a command sets its phase's `cmds` and nothing else of it. Throws `config.conflict` for two names of one thing with
 * different values, and `config.invalid` for a start command that is none.
 */
export function readPlanVariables(given: readonly PlanVariable[]): PlanSettings {
  const variables = byMeaning(given)
  const written = phaseValues(variables)
  const providers = variables.get('PROVIDERS')
  const noCache = variables.get('NO_CACHE')
  const startCmd = variables.get('START_CMD')
  const configFile = variables.get('CONFIG_FILE')
  const others = [...variables].filter(([name]) => !generalVariables.includes(name) && !Object.hasOwn(ignoredVariables, name))
  const versions = others.flatMap(([name, { value, origin }]) => {
    const tool = toolOf(name)
    return tool === undefined || value === '' ? [] : [[tool, { version: value.trim(), origin }] as const]
  })
  return {
    plan: {
      ...(providers === undefined ? {} : { providers: splitList(providers.value).map(toolchainOfProvider) }),
      ...(written.length === 0 ? {} : { phases: phasesOf(written) }),
    },
    ...(startCmd === undefined ? {} : { startCmd: checkStart(startCmd) }),
    ...(configFile === undefined || configFile.value === '' ? {} : { configFile }),
    ...(noCache === undefined || !isTrue(noCache.value) ? {} : { noCache }),
    versions: Object.fromEntries(versions),
    optionVariables: Object.fromEntries(
      others.flatMap(([name, { value, origin }]) => (toolOf(name) === undefined ? [[name, { value, origin }] as const] : [])),
    ),
    origins: Object.fromEntries([
      ...(providers === undefined ? [] : [['providers', providers.origin] as const]),
      ...written.map(({ phase, key, origin }) => [`phases.${phase}.${key}`, origin] as const),
    ]),
    warnings: [...variables].flatMap(([name, { origin }]) => (isUseless(name) ? [`${origin} has no effect here.`] : [])),
  }
}

/** True for `1`, `true`, `yes` and `on`. */
export function isTrue(value: string): boolean {
  return ['1', 'true', 'yes', 'on'].includes(value.trim().toLowerCase())
}

function isUseless(name: string): boolean {
  return Object.hasOwn(ignoredVariables, name) && ignoredVariables[name] === 'warn'
}

/** By the name without prefix, aliases resolved. */
function byMeaning(given: readonly PlanVariable[]): ReadonlyMap<string, PlanVariable> {
  const found = new Map<string, PlanVariable>()
  for (const variable of given.filter(({ name }) => isPlanVariable(name))) {
    const [name, translated] = meaningOf(variable)
    if (translated === undefined) continue
    const before = found.get(name)
    if (before !== undefined && before.value !== translated.value) throw twoNames(before, variable)
    found.set(name, translated)
  }
  return found
}

function meaningOf(variable: PlanVariable): readonly [name: string, variable: PlanVariable | undefined] {
  const plain = variable.name.replace(/^(?:HOP3|NIXPACKS)_/, '').toUpperCase()
  const alias = Object.hasOwn(variableAliases, plain) ? variableAliases[plain] : undefined
  if (alias === undefined) return [plain, variable]
  if (typeof alias === 'string') return [alias, variable]
  const replacement = Object.hasOwn(alias, variable.value) ? alias[variable.value] : undefined
  if (replacement === null) return [plain, undefined]
  return replacement === undefined ? [plain, variable] : [replacement.name, { ...variable, value: replacement.value }]
}

function twoNames(one: PlanVariable, other: PlanVariable): Error {
  return hop3Error('config.conflict', `${one.origin} and ${other.origin} say different things about one matter.`, {
    hint: `Remove ${one.name} or ${other.name}.`,
    details: { origins: [one.origin, other.origin] },
  })
}

interface PhaseValue {
  readonly phase: string
  readonly key: keyof PhaseInput
  readonly value: string[]
  readonly origin: string
}

function phaseValues(variables: ReadonlyMap<string, PlanVariable>): readonly PhaseValue[] {
  const asked = [
    { name: 'PKGS', phase: 'setup', key: 'nixPkgs', read: (text: string) => inFront(splitList(text)) },
    { name: 'APT_PKGS', phase: 'setup', key: 'aptPkgs', read: (text: string) => inFront(splitList(text)) },
    { name: 'LIBS', phase: 'setup', key: 'nixLibs', read: (text: string) => inFront(splitList(text)) },
    { name: 'INSTALL_CMD', phase: 'install', key: 'cmds', read: commandList },
    { name: 'BUILD_CMD', phase: 'build', key: 'cmds', read: commandList },
    { name: 'INSTALL_CACHE_DIRS', phase: 'install', key: 'cacheDirectories', read: (text: string) => behind(splitList(text)) },
    { name: 'BUILD_CACHE_DIRS', phase: 'build', key: 'cacheDirectories', read: (text: string) => behind(splitList(text)) },
  ] as const
  return asked.flatMap(({ name, phase, key, read }) => {
    const found = variables.get(name)
    return found === undefined ? [] : [{ phase, key, value: read(found.value), origin: found.origin }]
  })
}

/** The command as a phase's `cmds`: an empty one is none. */
export function commandList(command: string): string[] {
  return command.trim() === '' ? [] : [command]
}

/** In front of what the lower layers say, as nixpacks puts packages; a list with a marker of its own says itself where they belong. */
export function inFront(list: readonly string[]): string[] {
  return list.some(isMarker) ? [...list] : [...list, '...']
}

function behind(list: readonly string[]): string[] {
  return list.some(isMarker) ? [...list] : ['...', ...list]
}

function phasesOf(written: readonly PhaseValue[]): Record<string, PhaseInput> {
  const phases = Map.groupBy(written, ({ phase }) => phase)
  return Object.fromEntries([...phases].map(([name, values]) => [name, Object.fromEntries(values.map(({ key, value }) => [key, value]))]))
}

function checkStart(variable: PlanVariable): PlanVariable {
  if (variable.value.trim() !== '' && !variable.value.includes('\0')) return variable
  throw hop3Error('config.invalid', `${variable.origin} must be a command; it is ${visible(variable.value)}.`, {
    hint: `Write ${variable.name}=… with the command, or leave it out.`,
    details: { origin: variable.origin },
  })
}

/** `node` of `NODE_VERSION`. */
function toolOf(name: string): string | undefined {
  return /^([A-Z][A-Z0-9]*)_VERSION$/.exec(name)?.[1]?.toLowerCase()
}
