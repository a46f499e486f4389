import type { AppConfig } from './app-config.ts'
import type { BuildContext } from './builder.ts'
import { hop3Error } from './errors.ts'

/**
 * What a builder asks for the secrets that the phases of its merged plan name: the values the operator set. Throws `config.build-secret` at
 * once for one that the app's own configuration names (`[build.plan.phases.<name>] secrets`) and that has no value. What only a toolchain
 * has found, such as a variable in `.npmrc`, may be left unset; so may all of a plan with `providers = []`, which holds what toolchains had
 * found when it was frozen.
 */
export function buildSecrets(appName: string, { planLayers }: AppConfig, appEnv: Readonly<Record<string, string>>): BuildContext['secret'] {
  const valueOf = (name: string): string | undefined => (Object.hasOwn(appEnv, name) ? appEnv[name] : undefined)
  const written = planLayers.filter(({ plan }) => plan.providers?.length !== 0)
  const named = written.flatMap(({ origin, plan }) =>
    Object.values(plan.phases ?? {}).flatMap((phase) =>
      (phase.secrets ?? []).filter((name) => !isMarker(name)).map((name) => ({ name, origin })),
    ),
  )
  const missing = named.find(({ name }) => valueOf(name) === undefined)
  if (missing === undefined) return valueOf
  const { name, origin } = missing
  throw hop3Error('config.build-secret', `${origin}: a phase names the secret ${name}, which has no value.`, {
    hint: `Set it, and deploy again: \`hop3 env set ${appName} ${name}\` reads it from standard input.`,
    details: { name, origin },
  })
}

/** What stands for the lower layer's list. */
function isMarker(name: string): boolean {
  return name === '...' || name === '@auto'
}
