import { access, rm, writeFile } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { formatReleaseId, type BuildArtifact, type BuildContext, type Builder, type BuilderFactory } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { watchConduct } from './conduct.ts'
import { buildContextFor } from './context-for.ts'
import type { Files } from './files.ts'
import { registerSightTest, untilBusy } from './process-sight.ts'
import { processesWith } from './processes.ts'
import { tempApp } from './temp-app.ts'
import { testHost, type TestHost } from './test-host.ts'
import { treeDigest } from './tree-digest.ts'
import { actionable, checkName, checkPlanNote, checkVerdict, failureOf } from './verdict-checks.ts'

export interface BuilderSuite {
  readonly factory: BuilderFactory
  /** An app it builds, in the seconds of `timeout`. */
  readonly accepts: Files
  /** An app it leaves to others. An empty directory is tried besides. */
  readonly rejects: Files
  /** An app it takes and whose build fails. */
  readonly fails: Files
  /** An app whose build starts a process that runs for minutes unless it is ended. */
  readonly slow: Files
  /** A word among the arguments of that process, where it runs for another directory than the test's: on a container engine, say. */
  readonly slowMarker?: string
  /** What the context holds besides the standard: `toolchains`, `env`, `secret`. */
  readonly context?: Partial<BuildContext>
  /** Milliseconds for one test that builds. Default 60 000. */
  readonly timeout?: number
}

/** Registers the tests every builder passes: the promises of `Builder` in `@hop3/core`, by building for real. */
export function testBuilder({ factory, accepts, rejects, fails, slow, slowMarker, context: given, timeout = 60_000 }: BuilderSuite): void {
  describe(`${factory.name} keeps the builder contract`, { timeout }, () => {
    watchConduct()
    registerSightTest()
    const prepare = (files: Files, change: Partial<BuildContext> = {}): Promise<Prepared> =>
      prepareWith(factory, files, { ...given, ...change })

    test('carries its name and says how specific it is', async () => {
      checkName(factory, (await prepare(accepts)).builder)
      expect(['declared', 'inferred']).toContain(factory.specificity)
    })

    test('accepts its app, read-only, with a reason', async () => {
      const { builder, source, host } = await prepare(accepts)
      expect(await checkVerdict(() => builder.accept(), [source, host.directory])).toMatchObject({ accepted: true })
    })

    test.each([
      ['another app', rejects],
      ['an empty directory', {}],
    ])('refuses %s with a reason', async (_what, files) => {
      const { builder, source, host } = await prepare(files)
      expect(await checkVerdict(() => builder.accept(), [source, host.directory])).toMatchObject({ accepted: false })
    })

    test('builds a valid artifact, and leaves the source alone', async () => {
      const { builder, source, host } = await prepare(accepts)
      const before = await treeDigest(source)
      await checkArtifact(await builder.build(), factory.name)
      expect(await treeDigest(source), 'build() changes nothing in the source').toEqual(before)
      expect(await processesWith(host.directory), 'build() leaves no process').toEqual([])
    })

    test('keeps what it makes in the release, or in a store', async ({ skip }) => {
      const { builder, context } = await prepare(accepts)
      const artifact = await builder.build()
      const { kind, location, runtime } = artifact
      if (kind === 'docker-image' || !isAbsolute(location)) skip(`${location} is not a path: what it names lies elsewhere`)
      if (isInStore(location)) skip(`${location} lies in a content-addressed store`)
      for (const path of [location, runtime.workingDir]) {
        expect(relative(context.release.path, path), `${path} lies in the release`).not.toMatch(/^\.\./)
        await access(path)
      }
    })

    test.each([
      ['from a warm cache', false],
      ['after its cache was deleted', true],
    ])('builds again %s', async (_how, isDeleted) => {
      const { builder, source, host, context } = await prepare(accepts)
      const first = await builder.build()
      if (isDeleted) await rm(context.cachePath, { recursive: true })
      const again = await prepareWith(factory, source, { ...given, release: nextRelease(context, 2) }, host)
      const second = await again.builder.build()
      await checkArtifact(second, factory.name)
      expect(Object.keys(second.runtime.workers)).toEqual(Object.keys(first.runtime.workers))
      expect(second.kind).toBe(first.kind)
    })

    test('keeps its fingerprint while the source stays, changes it with the source, and starts no tool for it', async ({ skip }) => {
      const { builder, source, host, context } = await prepare(accepts)
      if (builder.fingerprint === undefined) {
        skip('it has no fingerprint()')
        return
      }
      const first = await builder.fingerprint()
      expect(first).not.toBe('')
      const fresh = (): Promise<Prepared> => prepareWith(factory, source, { ...given, release: nextRelease(context, 2) }, host)
      expect(await (await fresh()).builder.fingerprint?.(), 'another release of the same source has the same fingerprint').toBe(first)
      await writeFile(join(source, 'added-by-the-contract.txt'), 'one more file\n')
      expect(await (await fresh()).builder.fingerprint?.(), 'a file more is another fingerprint').not.toBe(first)
      expect(host.commands, 'fingerprint() starts no tool').toEqual([])
    })

    test('writes the fingerprint of what it built from into the artifact', async ({ skip }) => {
      const { builder } = await prepare(accepts)
      const { metadata } = await builder.build()
      if (builder.fingerprint === undefined && metadata['fingerprint'] === undefined) {
        skip('it has no fingerprint()')
        return
      }
      expect(metadata['fingerprint'], 'metadata.fingerprint').toBe(await builder.fingerprint?.())
    })

    test('says more of a plan in rows and as JSON, read-only, and starts no tool for it', async ({ skip }) => {
      if (factory.describePlan === undefined) {
        skip('it has no describePlan()')
        return
      }
      const { context, source, host } = await prepare(accepts)
      await checkPlanNote(async () => factory.describePlan?.(context), [source, host.directory])
      expect(host.commands, 'describePlan() starts no tool').toEqual([])
    })

    test('says why a build failed, and leaves no process', async () => {
      const { builder, host } = await prepare(fails)
      expect(await failureOf(() => builder.build())).toMatchObject(actionable(/^(build|config)\./))
      expect(await processesWith(host.directory)).toEqual([])
    })

    test('ends at once and leaves no process when the signal aborts', async () => {
      const controller = new AbortController()
      const { builder, host } = await prepare(slow, { signal: controller.signal })
      const marker = slowMarker ?? host.directory
      const building = builder.build().then(
        () => 'built',
        (thrown: unknown) => thrown,
      )
      expect(await untilBusy(() => processesWith(marker), building), 'the slow build runs a process').toBe(true)
      controller.abort(new Error('stopped by the contract'))
      expect(await building, 'an aborted build rejects').not.toBe('built')
      expect(await processesWith(marker), 'an aborted build leaves no process').toEqual([])
    })

    test('does not begin when the signal has aborted before', async () => {
      const { builder, host } = await prepare(slow, { signal: AbortSignal.abort(new Error('stopped by the contract')) })
      await expect(builder.build()).rejects.toBeDefined()
      expect(await processesWith(host.directory)).toEqual([])
    })
  })
}

interface Prepared {
  readonly builder: Builder
  readonly context: BuildContext
  readonly source: string
  readonly host: TestHost
}

async function prepareWith(
  factory: BuilderFactory,
  files: Files | string,
  given: Partial<BuildContext>,
  known?: TestHost,
): Promise<Prepared> {
  const host = known ?? (await testHost())
  const source = typeof files === 'string' ? files : await tempApp(files)
  const context = await buildContextFor(host, { ...given, sourcePath: source })
  return { builder: factory.create(context), context, source, host }
}

function nextRelease({ release }: BuildContext, counter: number): BuildContext['release'] {
  const id = formatReleaseId(counter, release.buildId)
  return { id, path: release.path.replace(release.id, id), buildId: release.buildId }
}

async function checkArtifact(artifact: BuildArtifact, builder: string): Promise<void> {
  const { buildArtifactSchema } = await import('@hop3/core/schemas')
  expect(buildArtifactSchema.safeParse(artifact), 'the artifact fits the schema').toMatchObject({ success: true })
  expect(JSON.parse(JSON.stringify(artifact)), 'an artifact is plain JSON').toStrictEqual(artifact)
  expect(artifact.builder).toBe(builder)
  expect(Object.keys(artifact.runtime.workers), 'the artifact has something to run or to publish').not.toEqual([])
}

/** Paths of a content-addressed store are as final as a release's. */
function isInStore(path: string): boolean {
  return /\/store\/[0-9a-z]{32}-[^/]+/.test(path)
}
