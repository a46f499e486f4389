import type { AppConfig, ToolchainFactory } from '@hop3/core'

export interface ToolchainOptions {
  /** By toolchain; absent where nothing was written. Keys as the toolchain's schema spells them. */
  readonly tables: ReadonlyMap<string, unknown>
  /** What toolchains call the place of an option (`hop3.toml [build.node] output_directory`) → where it really was written. */
  readonly origins: ReadonlyMap<string, string>
  readonly warnings: readonly string[]
}

/**
 * What the app says about its toolchains — `[build.python]`, `[providers.python]`, `HOP3_PYTHON_…` — checked against the schemas they
 * declare; a toolchain without one gets its table as written. Throws `config.unknown-key`, `config.invalid`, `config.unknown-variable` and
 * `config.conflict`, naming file:line:column or the variable.
 */
export async function toolchainOptions(config: AppConfig, toolchains: readonly ToolchainFactory[]): Promise<ToolchainOptions> {
  const { options, optionVariables = {} } = config.build
  const isSaid = Object.keys(optionVariables).length > 0 || toolchains.some(({ name }) => Object.hasOwn(options, name))
  if (!isSaid) return { tables: new Map(), origins: new Map(), warnings: [] }
  // Schemas are loaded for those who wrote something for them.
  const { checkOptions } = await import('./check-options.ts')
  return checkOptions(config, toolchains)
}
