/** `@hop3/builder-local`: builds an app on this host from its build plan. */
import { definePlugin, protocolVersion, type Builder, type BuilderFactory, type BuildContext } from '@hop3/core'
import type { Session } from './session.ts'

/** Runs the plan's phases as processes of this host, each from a content-addressed cache where its inputs are unchanged. */
export const localBuilder: BuilderFactory = { name: 'local', specificity: 'inferred', create: createLocalBuilder }

export default definePlugin({ protocol: protocolVersion, builders: [localBuilder] })

function createLocalBuilder(context: BuildContext): Builder {
  let session: Promise<Session> | undefined
  const open = (): Promise<Session> => (session ??= import('./session.ts').then(({ createSession }) => createSession(context)))
  return {
    name: 'local',
    forms: ['process', 'site'],
    accept: async () => (await import('./accept.ts')).acceptApp(await open()),
    fingerprint: async () => (await import('./fingerprint.ts')).fingerprintApp(await open()),
    versions: async () => (await import('./versions/resolve-versions.ts')).resolveVersions(await open()),
    build: async () => (await import('./build.ts')).buildApp(await open()),
  }
}
