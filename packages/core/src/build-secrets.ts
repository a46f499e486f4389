import type { AppConfig } from './app-config.ts'
import { hop3Error } from './errors.ts'

/**
 * The secrets the app's configuration names for its phases (`[build.plan.phases.<name>] secrets`), with the values the operator set. A
 * build sees these and nothing else of the app's env. Throws `config.build-secret` for one without a value.
 */
export function buildSecrets(
  appName: string,
  { planLayers }: AppConfig,
  appEnv: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const named = planLayers.flatMap(({ origin, plan }) =>
    Object.values(plan.phases ?? {}).flatMap((phase) =>
      (phase.secrets ?? []).filter((name) => !isMarker(name)).map((name) => ({ name, origin })),
    ),
  )
  return Object.fromEntries(
    named.map(({ name, origin }) => {
      const value = appEnv[name]
      if (value !== undefined) return [name, value]
      throw hop3Error('config.build-secret', `${origin}: a phase names the secret ${name}, which has no value.`, {
        hint: `Set it, and deploy again: \`hop3 env set ${appName} ${name}\` reads it from standard input.`,
        details: { name, origin },
      })
    }),
  )
}

/** What stands for the lower layer's list. */
function isMarker(name: string): boolean {
  return name === '...' || name === '@auto'
}
