import { join } from 'node:path'
import { test } from 'vitest'
import { expectFound, type Breakage } from './break-promises.ts'

/** The local builder with one part replaced. */
const suite = (change: string): string => `
import { readFile, writeFile } from 'node:fs/promises'
import { testBuilder } from '@hop3/testing'
import { localBuilder } from '@hop3/builder-local'
let calls = 0
const deaf = (context) => localBuilder.create({ ...context, signal: new AbortController().signal })
const sleep = (context) => ({ file: 'sleep', args: ['300'], cwd: context.release.path, env: context.env })
const changed = ${change}
const app = (command) => ({ Procfile: 'web: ./server\\n', 'hop3.toml': '[build.plan.phases.build]\\ncmds = ["' + command + '"]\\n' })
testBuilder({
  factory: {
    ...localBuilder,
    describePlan: async (context) => changed(localBuilder.create(context), context).describePlan?.(),
    create(context) {
      const good = localBuilder.create(context)
      return { ...good, ...changed(good, context) }
    },
  },
  accepts: app('echo > server'),
  rejects: { 'notes.txt': '' },
  fails: app('exit 3'),
  slow: app('sleep 300'),
  timeout: 10_000,
})`

const built = 'builds a valid artifact, and leaves the source alone'
const fingerprint = 'keeps its fingerprint while the source stays, changes it with the source, and starts no tool for it'
const accepts = 'accepts its app, read-only, with a reason'
const refuses = ['refuses another app with a reason', 'refuses an empty directory with a reason']
const aborted = 'ends at once and leaves no process when the signal aborts'

const breakages: readonly Breakage[] = [
  { what: 'another name', change: "() => ({ name: 'z' })", titles: ['carries its name and says how specific it is'], reason: /its name/ },
  {
    what: 'nothing accepted',
    change: "() => ({ accept: async () => ({ accepted: false, reason: 'never' }) })",
    titles: [accepts],
    reason: /accepted/,
  },
  {
    what: 'all accepted',
    change: "() => ({ accept: async () => ({ accepted: true, reason: 'always' }) })",
    titles: refuses,
    reason: /accepted/,
  },
  {
    what: 'an accept that writes',
    change: "(good, { sourcePath }) => ({ accept: async () => (await writeFile(sourcePath + '/probe', ''), good.accept()) })",
    titles: [accepts, ...refuses],
    reason: /accept\(\) changes nothing on disk/,
  },
  {
    what: 'a reason of two lines',
    change: "() => ({ accept: async () => ({ accepted: true, reason: 'one\\ntwo' }) })",
    titles: [accepts],
    reason: /one line/,
  },
  {
    what: 'a verdict that changes',
    change: "() => ({ accept: async () => ({ accepted: true, reason: 'no. ' + calls++ }) })",
    titles: [accepts],
    reason: /same twice/,
  },
  {
    what: 'a source written to',
    change: "(good, { sourcePath }) => ({ build: async () => (await writeFile(sourcePath + '/built', ''), good.build()) })",
    titles: [built],
    reason: /changes nothing in the source/,
  },
  {
    what: 'a process left by a build',
    change: '(good, context) => ({ build: async () => (await context.run({ ...sleep(context), detached: true }), good.build()) })',
    titles: [built],
    reason: /build\(\) leaves no process/,
  },
  {
    what: 'an artifact of another shape',
    change: '(good) => ({ build: async () => ({ ...(await good.build()), kind: 7 }) })',
    titles: [built],
    reason: /fits the schema/,
  },
  {
    what: 'an artifact that is not JSON',
    change: '(good) => ({ build: async () => ({ ...(await good.build()), metadata: { at: undefined } }) })',
    titles: [built],
    reason: /plain JSON/,
  },
  {
    what: 'nothing to run',
    change: '(good) => ({ build: async () => { const a = await good.build(); return { ...a, runtime: { ...a.runtime, workers: {} } } } })',
    titles: [built],
    reason: /something to run or to publish/,
  },
  {
    what: 'an artifact elsewhere',
    change: "(good) => ({ build: async () => ({ ...(await good.build()), location: '/tmp' }) })",
    titles: ['keeps what it makes in the release, or in a store'],
    reason: /\/tmp lies in the release/,
  },
  {
    what: 'an artifact that is not there',
    change: "(good, { release }) => ({ build: async () => ({ ...(await good.build()), location: release.path + '/gone' }) })",
    titles: ['keeps what it makes in the release, or in a store'],
    reason: /ENOENT/,
  },
  {
    what: 'a second build that is another',
    change: "(good) => ({ build: async () => ({ ...(await good.build()), kind: 'k' + calls++ }) })",
    titles: ['builds again from a warm cache'],
    reason: /k1/,
  },
  {
    what: 'a cache that must be there',
    change: `(good, { cachePath }) => ({
      build: async () => {
        if (calls++ > 0) await readFile(cachePath + '/must')
        const artifact = await good.build()
        await writeFile(cachePath + '/must', '')
        return artifact
      },
    })`,
    titles: ['builds again after its cache was deleted'],
    reason: /ENOENT.*must/,
  },
  {
    what: 'a fingerprint of the release',
    change: '(good, { release }) => ({ fingerprint: async () => release.id })',
    titles: [fingerprint],
    reason: /same source has the same fingerprint/,
  },
  {
    what: 'a fingerprint of nothing',
    change: "() => ({ fingerprint: async () => 'x' })",
    titles: [fingerprint],
    reason: /another fingerprint/,
  },
  {
    what: 'a fingerprint of a tool',
    change: "(good, c) => ({ fingerprint: async () => (await c.run({ ...sleep(c), args: ['0'] }), good.fingerprint()) })",
    titles: [fingerprint],
    reason: /starts no tool/,
  },
  {
    what: 'an artifact without fingerprint',
    change: '(good) => ({ build: async () => ({ ...(await good.build()), metadata: {} }) })',
    titles: ['writes the fingerprint of what it built from into the artifact'],
    reason: /metadata\.fingerprint/,
  },
  {
    what: 'a note of a plan that writes',
    change: "(good, { sourcePath }) => ({ describePlan: async () => writeFile(sourcePath + '/probe', '') })",
    titles: ['says more of a plan in rows and as JSON, read-only, and starts no tool for it'],
    reason: /describePlan\(\) changes nothing on disk/,
  },
  {
    what: 'a failure that says nothing',
    change: "(good) => ({ build: () => good.build().catch(() => { throw new Error('no') }) })",
    titles: ['says why a build failed, and leaves no process'],
    reason: /made by hop3Error/,
  },
  {
    what: 'a failure passed over',
    change: '(good) => ({ build: () => good.build().catch(() => ({})) })',
    titles: ['says why a build failed, and leaves no process', 'does not begin when the signal has aborted before'],
    reason: /it throws[^]*resolved/,
  },
  {
    what: 'a slow build that ends by itself',
    change: "() => ({ build: async () => { throw new Error('no') } })",
    titles: [aborted],
    reason: /slow build runs a process/,
  },
  { what: 'a deaf builder', change: '(good, context) => ({ build: () => deaf(context).build() })', titles: [aborted], reason: /timed out/ },
]

test('a builder that breaks a promise fails the tests of that promise', { timeout: 240_000 }, async () => {
  const files = { 'node_modules/@hop3/builder-local': { link: join(import.meta.dirname, '../../builder-local') } }
  await expectFound(suite, breakages, { files, unbreakable: ['is seen when it leaves a process'] })
})
