/** `@hop3/builder-nix`: builds an app with Nix, from its hop3.nix or from a template. */
import {
  definePlugin,
  protocolVersion,
  type Builder,
  type BuilderFactory,
  type BuildContext,
  type ArtifactStore,
  type StoreContext,
} from '@hop3/core'
import type { NixSession } from './session.ts'

/** Builds what hop3.nix says (ADR 006), in the store of the host's Nix, and keeps it from the garbage collector for as long as its release is there. */
export const nixBuilder: BuilderFactory = {
  name: 'nix',
  specificity: 'declared',
  create: createNixBuilder,
  describePlan: async (context) => (await import('./describe-plan.ts')).describePlan(context),
  store: createNixStore,
}

export default definePlugin({ protocol: protocolVersion, builders: [nixBuilder] })

function createNixBuilder(context: BuildContext): Builder {
  let session: Promise<NixSession> | undefined
  const open = (): Promise<NixSession> => (session ??= import('./session.ts').then(({ createSession }) => createSession(context)))
  return {
    name: 'nix',
    forms: ['process', 'site'],
    accept: async () => (await import('./accept.ts')).acceptApp(await open()),
    ...(isPure(context) && { fingerprint: async () => (await import('./fingerprint.ts')).fingerprintApp(await open()) }),
    holds: async (artifact) => (await import('./holds.ts')).holdsPaths(await open(), artifact),
    build: async () => (await import('./build.ts')).buildApp(await open()),
  }
}

/** Its releases lie in the store of Nix, and travel with all they need. */
function createNixStore(context: StoreContext): ArtifactStore {
  const open = async (): Promise<ArtifactStore> => (await import('./closure-store.ts')).createClosureStore(context)
  return {
    save: async function* save(artifact) {
      yield* (await open()).save(artifact)
    },
    check: async (artifact) => (await open()).check?.(artifact),
    load: async (artifact, bytes, releasePath) => (await open()).load(artifact, bytes, releasePath),
    keep: async (artifact, releasePath) => (await open()).keep?.(artifact, releasePath),
    verify: async (artifact) => (await import('./verify-paths.ts')).verifyPaths(artifact, context),
  }
}

/** What an impure evaluation reads is known to nobody before it. */
function isPure({ config }: BuildContext): boolean {
  const options: unknown = config.build.options['nix']
  return typeof options !== 'object' || options === null || !('pure' in options) || options.pure !== false
}
