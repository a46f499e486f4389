import { join } from 'node:path'
import { test } from 'vitest'
import { expectFound } from './break-promises.ts'
import { brokenLives } from './broken-deployers.ts'
import { brokenProcesses } from './broken-process-deployers.ts'

/** The deployer of examples/third-party-deployer with one part replaced. */
const suite = (change: string): string => `
import { writeFile } from 'node:fs/promises'
import { processArtifact, siteArtifact, testDeployer } from '@hop3/testing'
import { detached } from 'hop3-deployer-detached'
let calls = 0
const none = { protocol: 'none', address: '', port: null, upstreams: [] }
const failure = (code) => Object.assign(new Error('It did not come up.'), { code, hint: 'Look.', [Symbol.for('hop3.error')]: true })
const changed = ${change}
testDeployer({
  factory: {
    ...detached,
    create(context, artifact) {
      const as = (other) => detached.create({ ...context, ...other }, artifact)
      const good = as({})
      return { ...good, ...changed(good, context, as) }
    },
  },
  form: 'process',
  artifact: (directory) => processArtifact(directory),
  rejects: (directory) => siteArtifact(directory),
  crashes: (directory) => processArtifact(directory, { workers: { web: 'exit 3' }, healthcheckTimeout: 5 }),
  timeout: 10_000,
})`

test('a deployer that breaks a promise fails the tests of that promise', { timeout: 300_000 }, async () => {
  const files = { 'node_modules/hop3-deployer-detached': { link: join(import.meta.dirname, '../../../examples/third-party-deployer') } }
  await expectFound(suite, [...brokenLives, ...brokenProcesses], { files, unbreakable: ['is seen when it leaves a process'] })
})
