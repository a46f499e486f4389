import type { CommandSpec } from './command-spec.ts'
import { appCommands } from './command-specs/of-app.ts'
import { hostCommands } from './command-specs/of-host.ts'
import { renderCommand } from './command-specs/render.ts'
import { sourceCommands } from './command-specs/of-source.ts'

/** The groups of the overview, in its order. */
export const commandGroups: readonly { readonly title: string; readonly commands: readonly CommandSpec[] }[] = [
  { title: 'From source to address', commands: sourceCommands },
  { title: 'Apps', commands: [...appCommands, renderCommand] },
  { title: 'This machine', commands: hostCommands },
]

export const commands: readonly CommandSpec[] = commandGroups.flatMap((group) => group.commands)
