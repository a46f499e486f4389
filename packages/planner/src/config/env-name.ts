import { hop3Error, isOwnVariable, visible } from '@hop3/core'

/** Returns `name` when a process can have a variable of that name. Throws `config.env-name`. */
export function checkEnvName(name: string, origin: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]{0,254}$/.test(name)) return name
  throw hop3Error('config.env-name', `${origin}: ${visible(name)} is not the name of an environment variable.`, {
    hint: 'Use letters, digits and underscores, not starting with a digit.',
    details: { origin, name: visible(name) },
  })
}

/** A sentence for a variable that Hop3 sets after the app's own. */
export function reservedEnvWarning(name: string, origin: string): readonly string[] {
  const isReserved = ['PORT', 'BIND_ADDRESS', 'APP', 'PROC_TYPE'].includes(name) || isOwnVariable(name)
  return isReserved ? [`${origin}: ${name} is set by Hop3 for every worker; the value given here is not used.`] : []
}
