/** From an entry of the list of providers that is no toolchain to what it adds to the plan. */
import { hop3Error, joinPaths, visible, type SourceView } from '@hop3/core'
import type { NamedPlan } from '../app/combine-toolchains.ts'
import type { ProviderAccess } from './provider-access.ts'
import { wordFor, type ProviderEntry } from './provider-entry.ts'
import { packageSets } from './package-sets.ts'

export interface ProviderRequest {
  readonly entry: ProviderEntry
  /** Where the list was written, for messages. */
  readonly origin: string
  readonly source: SourceView
  /** Absolute: nothing below it is ever run. */
  readonly sourcePath: string
  /** The app's directory in `source`. */
  readonly root: string
  readonly access: ProviderAccess | undefined
}

/** Undefined for a name nobody has. Throws `config.provider.*` and what reading a plan throws. */
export async function loadProvider(request: ProviderRequest): Promise<NamedPlan | undefined> {
  const { entry, access } = request
  if (entry.kind === 'name') return loadNamed(request)
  if (entry.kind === 'file') return (await import('./plan-file.ts')).planFromFile(request, entry.path)
  const host = requireAccess(request, access)
  if (entry.kind === 'url') return (await import('./plan-url.ts')).planFromUrl(request, entry, host)
  return (await import('./plan-program.ts')).planFromProgram(request, entry.program, host)
}

/** Names a list may hold besides toolchains, for messages. */
export function otherNames(access: ProviderAccess | undefined): readonly string[] {
  return ['procfile', ...Object.keys(packageSets), ...(access?.providers?.packages ?? []).map(({ name }) => name)]
}

async function loadNamed(request: ProviderRequest): Promise<NamedPlan | undefined> {
  const { entry, origin, access } = request
  if (entry.text === 'procfile') return procfile(request)
  const set = Object.hasOwn(packageSets, entry.text) ? packageSets[entry.text] : undefined
  if (set !== undefined) {
    const phases = { setup: { aptPkgs: ['...', ...set.aptPkgs], nixPkgs: ['...', ...set.nixPkgs] } }
    const decisions = [{ key: `packages.${entry.text}`, value: set.about, origin }]
    return { name: entry.text, isShared: true, plan: { ...emptyPlan, phases, decisions } }
  }
  const installed = access?.providers?.packages.find(({ name }) => name === entry.text)
  return installed && (await import('./plan-file.ts')).planFromPackage(wordFor(entry), installed)
}

/** A Procfile is read wherever it lies; naming it says that the app is to have one. */
async function procfile({ source, root, origin }: ProviderRequest): Promise<NamedPlan> {
  const found = (await source.hasFile(joinPaths(root, 'hop3/Procfile'))) || (await source.hasFile(joinPaths(root, 'Procfile')))
  if (found) return { name: 'procfile', isShared: true, plan: emptyPlan }
  throw hop3Error('config.provider.procfile', `${origin}: the provider procfile is named, and the app has no Procfile.`, {
    hint: 'Write a file `Procfile` with a line such as `web: ./start-my-app`, or take procfile out of the list.',
    details: { origin },
  })
}

function requireAccess({ origin, entry }: ProviderRequest, access: ProviderAccess | undefined): ProviderAccess {
  if (access !== undefined) return access
  throw hop3Error(
    'config.provider.unavailable',
    `${origin}: ${visible(entry.text)} cannot be used here: this planning reads the app's files only.`,
    {
      hint: 'Plan it with the `hop3` program, or give planApp its `access`.',
      details: { origin },
    },
  )
}

const emptyPlan: NamedPlan['plan'] = { kind: '', phases: {}, processes: {}, versions: {}, runtime: {}, decisions: [], warnings: [] }
