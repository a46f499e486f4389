import type { ToolchainFactory } from '@hop3/core'
import { planInputSchema } from '@hop3/core/schemas'
import * as zod from 'zod'
import { hop3TomlSchema } from './hop3-toml-schema.ts'

type JsonSchema = Readonly<Record<string, unknown>>

/**
 * The JSON Schema (draft 2020-12) of hop3.toml with these toolchains: `[build.plan]` is the plan, `[build.<toolchain>]` the toolchain's own
 * table. Editors complete and check with it.
 */
export function configSchema(toolchains: readonly ToolchainFactory[]): JsonSchema {
  const whole = schemaOf(hop3TomlSchema(() => true))
  const properties = tableOf(whole['properties'])
  const build = tableOf(properties['build'])
  const tables = toolchains.flatMap(({ name, options }) =>
    options === undefined ? [] : [[name, hyphened(schemaOf(options(zod)))] as const],
  )
  return {
    ...whole,
    title: 'hop3.toml',
    properties: {
      ...properties,
      build: {
        ...build,
        properties: { ...tableOf(build['properties']), plan: withoutSchema(schemaOf(planInputSchema)), ...Object.fromEntries(tables) },
      },
    },
  }
}

function schemaOf(schema: zod.core.$ZodType): JsonSchema {
  return tableOf(zod.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))
}

/** Options are declared in camelCase and documented with hyphens. */
function hyphened(schema: JsonSchema): JsonSchema {
  const properties = Object.entries(tableOf(schema['properties'])).map(([key, value]) => [
    key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    value,
  ])
  return { ...withoutSchema(schema), properties: Object.fromEntries(properties) }
}

function withoutSchema(schema: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => key !== '$schema'))
}

function tableOf(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
