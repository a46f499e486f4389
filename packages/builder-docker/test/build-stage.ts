/** A build on the real engine, of an app that one test has written. */
import type { BuildArtifact, BuildContext, LogEvent } from '@hop3/core'
import { buildContextFor, tempApp, testHost } from '@hop3/testing'
import { randomBytes } from 'node:crypto'
import { onTestFinished } from 'vitest'
import { dockerBuilder } from '../src/index.ts'
import { docker, tagsOf } from './engine-fixture.ts'

export interface Stage {
  readonly source: string
  readonly context: BuildContext
  readonly events: readonly LogEvent[]
  /** What was logged, a line each. */
  readonly texts: () => string
  readonly build: (change?: Partial<BuildContext>) => Promise<BuildArtifact>
}

/** `docker` in front of what a shell in the image is to run. */
export function inImage(artifact: BuildArtifact, script: string): string {
  return docker('run', '--rm', '--network', 'none', '--entrypoint', '/bin/sh', artifact.location, '-c', script)
}

/** Its images are removed, by their tags, when the test has finished. */
export async function buildStage(files: Readonly<Record<string, string>>, given: Partial<BuildContext> = {}): Promise<Stage> {
  const host = await testHost()
  const source = await tempApp(files)
  const appName = `hop3-test-${randomBytes(4).toString('hex')}`
  onTestFinished(() => {
    for (const tag of tagsOf(appName)) docker('rmi', '--force', tag)
  }, 60_000)
  const context = await buildContextFor(host, { sourcePath: source, appName, ...given })
  return {
    source,
    context,
    events: host.events,
    texts: () => host.events.map(({ text }) => text).join('\n'),
    build: async (change) =>
      dockerBuilder.create(await buildContextFor(host, { sourcePath: source, appName, ...given, ...change })).build(),
  }
}
