import { hop3Error, nearestName, visible } from '@hop3/core'
import type { SourceView, ToolchainFactory } from '@hop3/core'
import type { ProviderAccess } from '../providers/provider-access.ts'
import type { ChosenProvider } from './choose-toolchains.ts'

/** What an entry that is no toolchain's name stands for. Throws `config.unknown-toolchain` and as `loadProvider`. */
export type NameProvider = (entry: string, origin: string) => Promise<ChosenProvider>

export interface NameProviderRequest {
  readonly source: SourceView
  readonly sourcePath: string
  /** The app's directory in `source`. */
  readonly root: string
  readonly toolchains: readonly ToolchainFactory[]
  readonly access: ProviderAccess | undefined
}

export function nameProviders({ source, sourcePath, root, toolchains, access }: NameProviderRequest): NameProvider {
  return async (written, origin) => {
    // Loaded here: most apps name toolchains only, or nothing.
    const [{ loadProvider, otherNames }, { parseProviderEntry }] = await Promise.all([
      import('../providers/load-provider.ts'),
      import('../providers/provider-entry.ts'),
    ])
    const entry = parseProviderEntry(written)
    const others = otherNames(access)
    if (entry.kind === 'name' && !others.includes(written)) throw unknownProvider({ name: written, origin, toolchains, others, access })
    return {
      name: entry.text,
      plan: async () => {
        const plan = await loadProvider({ entry, origin, source, sourcePath, root, access })
        if (plan === undefined) throw unknownProvider({ name: written, origin, toolchains, others, access })
        return plan
      },
    }
  }
}

interface UnknownProvider extends Pick<NameProviderRequest, 'toolchains' | 'access'> {
  readonly name: string
  readonly origin: string
  readonly others: readonly string[]
}

function unknownProvider({ name, origin, toolchains, others, access }: UnknownProvider): Error {
  const ignored = access?.providers?.ignored?.find((one) => one.name === name)
  if (ignored !== undefined)
    throw hop3Error(
      'config.unknown-toolchain',
      `${origin}: the package ${visible(name)} is installed, and is no provider: ${ignored.error}.`,
      {
        hint: `Mend the package, or report it to its authors. \`hop3 plugins\` lists what was found.`,
        details: { origin, name: visible(name) },
      },
    )
  const known = toolchains.map((factory) => factory.name)
  const nearest = nearestName(name, [...known, ...others])
  const package_ =
    /^@?[a-z0-9][\w./-]*$/.test(name) && (name.startsWith('@') || name.includes('hop3'))
      ? ` Install it beside Hop3 if it is a package: \`npm install ${name}\`.`
      : ''
  throw hop3Error('config.unknown-toolchain', `${origin}: there is no toolchain ${visible(name)}.`, {
    hint: `${nearest === undefined ? '' : `Did you mean \`${nearest}\`? `}Known toolchains: ${known.join(', ') || 'none'}. Other providers: ${others.join(', ')}; a file \`./plan.toml\`; \`https://…#sha256=…\`; \`exec:program\`.${package_}`,
    details: { origin, name: visible(name), known },
  })
}
