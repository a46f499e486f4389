import { hop3Error, type BuildPlan, type PlanLayer } from '@hop3/core'

/**
 * A plan is shown, kept and copied: a variable that some phase needs as a secret has no value in it. Throws `config.secret-value`, naming
 * where the value was written.
 */
export function checkSecretValues({ phases, variables }: BuildPlan, layers: readonly PlanLayer[]): void {
  for (const [phase, { secrets = [], variables: own = {} }] of Object.entries(phases)) {
    const name = secrets.find((secret) => Object.hasOwn(variables, secret) || Object.hasOwn(own, secret))
    if (name !== undefined) throw secretValue(name, phase, layers)
  }
}

function secretValue(name: string, phase: string, layers: readonly PlanLayer[]): Error {
  const keys = [`phases.${phase}.variables.${name}`, `variables.${name}`]
  const origins = layers.toReversed().flatMap(({ origins: written = {} }) => keys.flatMap((key) => written[key] ?? []))
  const origin = origins[0] ?? 'The plan'
  return hop3Error(
    'config.secret-value',
    `${origin} gives ${name} a value, and phase ${phase} takes ${name} as a secret: a plan holds no secrets.`,
    {
      hint: `Remove the value, and set it for the app: \`hop3 env set ${name}\` reads it from standard input.`,
      details: { origin, name, phase },
    },
  )
}
