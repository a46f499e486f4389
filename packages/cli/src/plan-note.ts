/** What an app's builder says of its plan. Only where the app speaks of one: to ask them all takes time to load, and most apps are built by their plan. */
import { buildContext, type App, type PlanNote, type Registry } from '@hop3/core'
import type { Invocation } from './invocation.ts'
import { builtByPlan } from './other-build.ts'

export interface NotedApp {
  readonly app: App
  readonly registry: Registry
  /** See `BuildContext`. */
  readonly look: object
  /** The builder that was chosen for the app, where that is known. */
  readonly chosen?: string | undefined
}

export interface BuilderNote extends PlanNote {
  /** Of the builder. */
  readonly name: string
}

/** Undefined where nobody has anything to say. Throws what builders throw for configurations that are none. */
export async function planNote(invocation: Invocation, noted: NotedApp): Promise<BuilderNote | undefined> {
  const { app, registry, look } = noted
  const names = await buildersOf(noted)
  if (names.length === 0) return undefined
  for (const factory of await registry.builders()) {
    if (factory.describePlan === undefined || !names.includes(factory.name)) continue
    const host = await (await import('./host.ts')).createHost(invocation)
    const appHome = host.home.app(app.name)
    const slot = await appHome.nextRelease(host.newBuildId())
    const note = await factory.describePlan(await buildContext(app, slot, { appHome, host }, 'select', look))
    if (note !== undefined) return { ...note, name: factory.name }
  }
  return undefined
}

/** By the tables and the name that the app has for them. Tables of `[build]` are of toolchains, too. */
async function buildersOf({ app, registry, chosen }: NotedApp): Promise<readonly string[]> {
  const { strategy = 'auto', options } = app.config.build
  const named = strategy === 'auto' ? chosen : strategy
  if (named !== undefined) return named === builtByPlan ? [] : [named]
  const tables = Object.keys(options)
  if (tables.length === 0) return []
  const toolchains = new Set((await registry.toolchains()).map(({ name }) => name))
  return tables.filter((name) => !toolchains.has(name))
}
