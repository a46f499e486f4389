/** `$NAME` and `${NAME:-default}` of the services, which Compose puts in: every one has a value, or a default, or is refused with its line. */
import { isObject } from '@hop3/core/json'
import { fault, type ComposeFile } from './compose-file.ts'
import type { Faults } from './faults.ts'

export interface AppVariables {
  readonly appName: string
  /** Names of those that the app has. */
  readonly known: ReadonlySet<string>
}

/** Names of those that are used. A `$` that is none, and one without a value, is a fault: Compose would take either for something else. */
export function checkVariables(file: ComposeFile, services: readonly string[], app: AppVariables, faults: Faults): readonly string[] {
  const used = new Set<string>()
  const visit = (value: unknown, keys: readonly string[]): void => {
    if (Array.isArray(value)) value.forEach((one: unknown, index) => visit(one, [...keys, String(index)]))
    else if (isObject(value)) for (const [key, one] of Object.entries(value)) visit(one, [...keys, key])
    else if (typeof value === 'string')
      for (const name of faults.within(() => variablesIn(value, () => file.originOf(keys), app)) ?? []) used.add(name)
  }
  const all = file.value['services']
  for (const name of services) visit(isObject(all) ? all[name] : undefined, ['services', name])
  return [...used]
}

const dollar = /\$(?:(\$)|([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-?+])[^{}$]*)?\}|)/g

/** What the variables of an app are called for Compose: its own environment has names of its own, which are not the app's. */
const prefix = 'HOP3_OF_APP_'

/** The services with every variable under its name for Compose. */
export function renamed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renamed)
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renamed(one)]))
  if (typeof value !== 'string') return value
  return value.replaceAll(dollar, (whole, escaped?: string) => (escaped === undefined ? whole.replace(/[A-Za-z_]/, `${prefix}$&`) : whole))
}

/** The environment that gives those values: of `names`, those that the app has. */
export function environmentOf(names: readonly string[], appEnv: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(names.flatMap((name) => (appEnv[name] === undefined ? [] : [[`${prefix}${name}`, appEnv[name]]])))
}

function variablesIn(text: string, origin: () => string, { appName, known }: AppVariables): readonly string[] {
  return [...text.matchAll(dollar)].flatMap(([whole, escaped, plain, braced, operator]) => {
    if (escaped !== undefined) return []
    const name = plain ?? braced
    if (name === undefined)
      throw fault(origin(), `the $ in ${JSON.stringify(text.slice(0, 60))} begins no variable`, 'Write $$ where a $ is meant.')
    const hasDefault = operator !== undefined && !operator.endsWith('?')
    if (!known.has(name) && !hasDefault)
      throw fault(origin(), `${whole} has no value`, `Set it: hop3 env set ${appName} ${name}=…, or write a default: \${${name}:-…}.`)
    return [name]
  })
}
