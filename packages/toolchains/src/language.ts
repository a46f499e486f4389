/** What one language's file exports, and how the plugin offers it. */
import { belowRoot } from './below-root.ts'
import { sourceBelow } from './source-below.ts'
import type { OptionsOf, ToolchainContext, ToolchainFactory, ToolchainPlan, Verdict } from '@hop3/core'

export interface Language {
  readonly name: string
  /** `declared` for a file that was written for this toolchain and nothing else. Default: `inferred`. */
  readonly specificity?: 'declared'
  /** Schema of `[build.<name>]`. */
  readonly options?: OptionsOf
  /** Read-only, quick, always with a reason; by names in a directory first, opening files only where names do not decide. */
  accept(context: ToolchainContext): Promise<Verdict>
  /**
   * Files that make the top of a source a workspace of this language's: an app below one of them is seen from there, with `context.root`.
   * In other workspaces, and without this, an app is its directory.
   */
  readonly workspace?: readonly string[]
  plan(context: ToolchainContext): Promise<ToolchainPlan>
}

export function factoryOf(language: Language): ToolchainFactory {
  const { name, specificity = 'inferred', options } = language
  return Object.freeze<ToolchainFactory>({
    name,
    specificity,
    ...(options && { options }),
    create: (context) => ({
      name,
      accept: async () => language.accept(await seenBy(language, context)),
      plan: async () => {
        const seen = await seenBy(language, context)
        return belowRoot(await language.plan(seen), seen.root === context.root ? '' : context.root)
      },
    }),
  })
}

async function seenBy({ workspace = [] }: Language, context: ToolchainContext): Promise<ToolchainContext> {
  const { source, root } = context
  const isTop = root === '' || (await Promise.all(workspace.map((file) => source.hasFile(file)))).includes(true)
  return isTop ? context : { ...context, source: sourceBelow(source, root), root: '' }
}
