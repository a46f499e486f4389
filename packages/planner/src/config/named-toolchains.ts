import type { PlanLayer } from '@hop3/core'
import { mergePlans } from '../plan/merge-plans.ts'

/** No provider's name: a file cannot hold it. */
const detected = '\0'

/**
 * The toolchains the layers name, in order, and where the highest of them was written. Undefined when none names any, and when a marker
 * asks for the detected ones as well: then only detection can tell.
 */
export function namedToolchains(layers: readonly PlanLayer[]): { readonly names: readonly string[]; readonly origin: string } | undefined {
  const named = layers.filter(({ plan }) => plan.providers !== undefined && plan.providers !== null)
  const last = named.at(-1)
  if (last === undefined) return undefined
  const { providers } = mergePlans([{ providers: [detected] }, ...named.map(({ plan }) => ({ providers: plan.providers }))])
  if (providers === undefined || providers === null || providers.includes(detected)) return undefined
  return { names: [...new Set(providers)], origin: last.origins?.['providers'] ?? last.origin }
}
