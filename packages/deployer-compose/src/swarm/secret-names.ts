/** What the secrets of a stack are called in the swarm. */
import type { DeploymentContext } from '@hop3/core'
import { secretDigest } from '@hop3/core/files'
import { join } from 'node:path'
import type { ServiceInput } from '../service.ts'

/**
 * A secret never changes under its name: another value is another secret. Digested with a salt of this home, because names are shown, and say
 * nothing of the values then.
 */
export async function secretNames(
  { appEnv, directories }: Pick<DeploymentContext, 'appEnv' | 'directories'>,
  stack: string,
  inputs: readonly Pick<ServiceInput, 'secrets'>[],
): Promise<Readonly<Record<string, string>>> {
  // No app has a name that begins with a dot.
  const salted = join(directories.home, 'swarm', '.secrets')
  const names = [...new Set(inputs.flatMap(({ secrets }) => secrets))]
  const named = names.map(async (name) => {
    const digest = await secretDigest(salted, { [`${stack} ${name}`]: appEnv[name] ?? '' })
    return [name, `${stack}_${digest.slice(0, 20)}`] as const
  })
  return Object.fromEntries(await Promise.all(named))
}
