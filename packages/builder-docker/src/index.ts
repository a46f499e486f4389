/** `@hop3/builder-docker`: builds an app into a container image, from its Dockerfile or from its build plan. */
import {
  definePlugin,
  protocolVersion,
  visible,
  type ArtifactStore,
  type Builder,
  type BuilderFactory,
  type BuildContext,
  type StoreContext,
} from '@hop3/core'
import type { BuildSession } from './build-session.ts'

/** Builds on the container engine the operator means: the app's own Dockerfile, or one made from its plan. */
export const dockerBuilder: BuilderFactory = {
  name: 'docker',
  specificity: 'declared',
  create: createDockerBuilder,
  describePlan: async (context) => (await import('./describe-plan.ts')).describePlan(context),
  store: createDockerStore,
}

export default definePlugin({ protocol: protocolVersion, builders: [dockerBuilder] })

function createDockerBuilder(context: BuildContext): Builder {
  let session: Promise<BuildSession> | undefined
  const open = (): Promise<BuildSession> =>
    (session ??= import('./build-session.ts').then(({ createBuildSession }) => createBuildSession(context)))
  return {
    name: 'docker',
    forms: ['image'],
    accept: async () => (await import('./accept.ts')).acceptApp(await open()),
    fingerprint: async () => (await import('./fingerprint.ts')).fingerprintApp(await open()),
    holds: async (artifact) => (await import('./holds-image.ts')).holdsImage(artifact, context),
    build: async () => (await import('./build.ts')).buildApp(await open()),
  }
}

function createDockerStore(context: StoreContext): ArtifactStore {
  const open = async (): Promise<ArtifactStore> => (await import('./image-store.ts')).createImageStore(context)
  return {
    save: async function* save(artifact) {
      yield* (await open()).save(artifact)
    },
    check: async (artifact) => (await open()).check?.(artifact),
    load: async (artifact, bytes) => (await open()).load(artifact, bytes),
    verify: async (artifact) => {
      const isThere = await (await import('./holds-image.ts')).holdsImage(artifact, context)
      return isThere ? [] : [`The container engine does not have its image ${visible(artifact.location)}.`]
    },
    remove: async (leaving) => (await import('./remove-image.ts')).removeImage(leaving, context),
  }
}
