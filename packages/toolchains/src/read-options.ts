/** A toolchain's own table of the configuration, typed. An app without such a table never loads zod. */
import { hop3Error } from '@hop3/core'
import type { OptionsOf, ToolchainContext } from '@hop3/core'
import type * as zod from 'zod'

/**
 * The options of `[build.<name>]`, none where there is no such table. The planner has checked them and spelled their keys as the schema
 * does; whoever makes a context without it gets `config.invalid`.
 */
export async function readOptions<Schema extends zod.ZodObject>(
  { options }: Pick<ToolchainContext, 'options'>,
  name: string,
  schemaOf: OptionsOf<Schema>,
): Promise<Partial<zod.output<Schema>>> {
  if (options === undefined) return {}
  const read = schemaOf(await import('zod')).safeParse(options)
  if (read.success) return read.data
  const [issue] = read.error.issues
  throw hop3Error('config.invalid', `[build.${name}] ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}.`, {
    hint: `Let the planner read the options of ${name}: planApp, or toolchainOptions.`,
  })
}
