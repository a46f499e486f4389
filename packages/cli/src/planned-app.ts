import { hop3Error, type App, type Registry } from '@hop3/core'
import { planApp, refusalsInShort, type PlannedApp } from '@hop3/planner'
import { appInDirectory } from './app-source.ts'
import { createHostRegistry, hostLog } from './host-registry.ts'
import type { Invocation } from './invocation.ts'
import type { NotedApp } from './plan-note.ts'
import { planningAccess } from './planning-access.ts'

export interface PlannedDirectory {
  readonly app: App
  readonly planned: PlannedApp
  readonly registry: Registry
}

/**
 * The app in the directory a command was given, planned. Throws `select.builder.none` where nothing says what it is. `builderOf`: who builds the
 * app by a file of its own; one that is known so need have no plan.
 */
export async function planDirectory(
  invocation: Invocation,
  look: object = {},
  builderOf: (app: App) => Promise<string | undefined> = async () => undefined,
): Promise<PlannedDirectory> {
  const app = await appInDirectory(invocation, invocation.operands[0], { purpose: 'look' })
  const registry = await createHostRegistry(invocation)
  const planned = await planApp({
    appName: app.name,
    sourcePath: app.sourcePath,
    config: app.config,
    toolchains: await registry.toolchains(),
    log: hostLog(invocation),
    access: planningAccess(invocation, registry),
    look,
  })
  if (planned.kind === '' && (await isUnknown(invocation, { app, registry, look, chosen: await builderOf(app) })))
    throw nothingToPlan(app.sourcePath, planned)
  return { app, planned, registry }
}

/** An app that its builder knows need have nothing that any toolchain knows. */
async function isUnknown(invocation: Invocation, noted: NotedApp): Promise<boolean> {
  const { planNote } = await import('./plan-note.ts')
  return (await planNote(invocation, noted)) === undefined
}

function nothingToPlan(sourcePath: string, { considered, layers }: PlannedApp): Error {
  const nobody = layers.findLast(({ plan }) => plan.providers !== undefined && plan.providers !== null)
  if (nobody?.plan.providers?.length === 0 && nobody.origin !== 'detection') {
    const origin = nobody.origins?.['providers'] ?? nobody.origin
    return hop3Error(
      'select.builder.none',
      `${origin}: providers is [], so no toolchain was asked, and nothing else says how to build or run the app.`,
      {
        hint: 'Remove the line to have the app detected, or write phases and start commands.',
      },
    )
  }
  const refusals = considered.length === 0 ? '' : `\n  ${refusalsInShort(considered)}`
  return hop3Error('select.builder.none', `No toolchain knows the app in ${sourcePath}, and nothing says how to run it.${refusals}`, {
    hint: 'Add what one of them looks for, or a Procfile with a line such as `web: ./start-my-app`. `hop3 detect` shows every verdict.',
    details: { considered },
  })
}
