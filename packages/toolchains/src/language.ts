/** What one language's file exports, and how the plugin offers it. */
import type { OptionsOf, ToolchainContext, ToolchainFactory, ToolchainPlan, Verdict } from '@hop3/core'

export interface Language {
  readonly name: string
  /** `declared` for a file that was written for this toolchain and nothing else. Default: `inferred`. */
  readonly specificity?: 'declared'
  /** Schema of `[build.<name>]`. */
  readonly options?: OptionsOf
  /** Read-only, quick, always with a reason; by names in a directory first, opening files only where names do not decide. */
  accept(context: ToolchainContext): Promise<Verdict>
  plan(context: ToolchainContext): Promise<ToolchainPlan>
}

export function factoryOf(language: Language): ToolchainFactory {
  const { name, specificity = 'inferred', options } = language
  return Object.freeze<ToolchainFactory>({
    name,
    specificity,
    ...(options && { options }),
    create: (context) => ({ name, accept: () => language.accept(context), plan: () => language.plan(context) }),
  })
}
