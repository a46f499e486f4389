import { hop3Error, nearestName, visible, type AppConfig, type ToolchainFactory } from '@hop3/core'

export interface ToolchainOptions {
  /** By toolchain; absent where nothing was written. Keys as the toolchain's schema spells them. */
  readonly tables: ReadonlyMap<string, unknown>
  /** What toolchains call the place of an option (`hop3.toml [build.node] output_directory`) → where it really was written. */
  readonly origins: ReadonlyMap<string, string>
  readonly warnings: readonly string[]
}

/**
 * What the app says about its toolchains — `[build.python]`, `[providers.python]`, `HOP3_PYTHON_…` — checked against the schemas they
 * declare; a toolchain without one gets its table as written. Throws `config.unknown-toolchain`, `config.unknown-key`, `config.invalid`, `config.unknown-variable` and
 * `config.conflict`, naming file:line:column or the variable.
 */
export async function toolchainOptions(config: AppConfig, toolchains: readonly ToolchainFactory[]): Promise<ToolchainOptions> {
  const { options, optionVariables = {} } = config.build
  checkProviderTables(config, toolchains)
  const isSaid = Object.keys(optionVariables).length > 0 || toolchains.some(({ name }) => Object.hasOwn(options, name))
  if (!isSaid) return { tables: new Map(), origins: new Map(), warnings: [] }
  // Schemas are loaded for those who wrote something for them.
  const { checkOptions } = await import('./check-options.ts')
  return checkOptions(config, toolchains)
}

/** In hop3.toml a table below [build] may be a builder's; in a plan file it is for a toolchain. */
function checkProviderTables({ build, origins }: AppConfig, toolchains: readonly ToolchainFactory[]): void {
  const known = toolchains.map(({ name }) => name)
  const unknown = build.providerTables?.find((name) => !known.includes(name))
  if (unknown === undefined) return
  const nearest = nearestName(unknown, known)
  const origin = origins[`build.${unknown}`] ?? 'The plan file'
  throw hop3Error('config.unknown-toolchain', `${origin}: there is no toolchain ${visible(unknown)} to configure.`, {
    hint: `${nearest === undefined ? 'Remove the table. ' : `Did you mean \`${nearest}\`? `}Known toolchains: ${known.join(', ') || 'none'}.`,
    details: { origin, name: visible(unknown), known },
  })
}
