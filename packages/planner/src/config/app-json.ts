import type { EnvValue, SourceView } from '@hop3/core'
import * as z from 'zod/mini'
import { isTable } from './canonical-keys.ts'
import type { ConfigLayer } from './config-layer.ts'
import { validate } from './config-problem.ts'
import { checkEnvName, reservedEnvWarning } from './env-name.ts'
import { instances, seconds, text, urlPath } from './hop3-toml-fields.ts'
import { readJsonDocument } from './json-document.ts'
import type { LocatedValue } from './located-value.ts'

const path = 'app.json'

/** The part of Heroku's and Dokku's app.json that means something here; all other keys are another platform's and pass. */
const variable = z.looseObject({
  value: z.optional(text),
  description: z.optional(text),
  required: z.optional(z.boolean({ error: 'must be true or false' })),
  generator: z.optional(text),
})
const check = z.looseObject({ path: z.optional(urlPath), timeout: z.optional(seconds) })
const variables = z.union([text, variable], { error: 'must be a string or an object' })
const formation = z.looseObject({ quantity: z.optional(instances) }, { error: 'must be an object' })
const appJsonSchema = z.looseObject(
  {
    name: z.optional(text),
    description: z.optional(text),
    env: z.optional(z.record(z.string(), variables, { error: 'must be an object' })),
    formation: z.optional(z.record(z.string(), formation, { error: 'must be an object' })),
    scripts: z.optional(z.looseObject({}, { error: 'must be an object' })),
    healthchecks: z.optional(z.record(z.string(), z.array(check), { error: 'must be an object' })),
  },
  { error: 'must hold an object' },
)
type AppJson = z.output<typeof appJsonSchema>

/**
 * app.json: `name` and `description` become metadata, `env` values and `generator: "secret"` become `[env]`, `formation.*.quantity` the
 * scale, `healthchecks.web` the health check. `scripts` do not run here. Expo's file of the same name is left alone. Throws `config.syntax`,
 * `config.invalid` and `config.env-name`, naming file:line:column.
 */
export async function readAppJson(source: SourceView): Promise<ConfigLayer> {
  const written = (await source.readText(path)) ?? ''
  const document = readJsonDocument(path, written)
  if (isTable(document.value) && 'expo' in document.value) return { name: path, origins: {} }
  return layerOf(validate(document, appJsonSchema), document)
}

function layerOf(app: AppJson, { originOf }: LocatedValue): ConfigLayer {
  const env = Object.entries(app.env ?? {}).flatMap(([name, value]) => {
    const known = envValue(value)
    return known === undefined ? [] : [[checkEnvName(name, originOf(['env', name])), known] as const]
  })
  const scale = Object.entries(app.formation ?? {}).flatMap(([name, { quantity }]) =>
    quantity === undefined ? [] : [[name, quantity] as const],
  )
  const health = (app.healthchecks?.['web'] ?? []).find((one) => one.path !== undefined)
  return {
    name: path,
    metadata: {
      ...(app.name === undefined ? {} : { title: app.name }),
      ...(app.description === undefined ? {} : { description: app.description }),
    },
    env: Object.fromEntries(env),
    deploy: { scale: Object.fromEntries(scale) },
    runtime: {
      ...(health?.path === undefined ? {} : { healthcheckPath: health.path }),
      ...(health?.timeout === undefined ? {} : { healthcheckTimeout: health.timeout }),
    },
    origins: Object.fromEntries([
      ...env.map(([name]) => [`env.${name}`, originOf(['env', name])] as const),
      ...scale.map(([name]) => [`deploy.scale.${name}`, originOf(['formation', name])] as const),
      ...(health === undefined ? [] : [['runtime.healthcheckPath', originOf(['healthchecks', 'web'])] as const]),
      ...(health?.timeout === undefined ? [] : [['runtime.healthcheckTimeout', originOf(['healthchecks', 'web'])] as const]),
    ]),
    warnings: warningsOf(app, originOf),
  }
}

type Variable = NonNullable<AppJson['env']>[string]

function envValue(written: Variable): EnvValue | undefined {
  if (typeof written === 'string') return { kind: 'literal', value: written }
  // Heroku's generator makes 64 hex digits.
  if (written.generator === 'secret') return { kind: 'generate', format: 'hex', length: 64, prefix: '', display: false }
  return written.value === undefined ? undefined : { kind: 'literal', value: written.value }
}

function warningsOf(app: AppJson, originOf: LocatedValue['originOf']): readonly string[] {
  const reserved = Object.keys(app.env ?? {}).flatMap((name) => reservedEnvWarning(name, originOf(['env', name])))
  const wanted = Object.entries(app.env ?? {}).filter(
    ([, value]) => envValue(value) === undefined && typeof value !== 'string' && value.required !== false,
  )
  const unset = wanted.map(([name]) => `${originOf(['env', name])}: the app expects ${name}: set it with \`hop3 env set ${name}=…\`.`)
  const scripts = Object.keys(app.scripts ?? {})
  const ignored =
    scripts.length === 0
      ? []
      : [
          `${originOf(['scripts'])}: scripts (${scripts.join(', ')}) do not run here; write \`release: …\` in the Procfile for what each deploy needs.`,
        ]
  return [...reserved, ...unset, ...ignored]
}
