/** What `freeze` writes into a plan's versions: what a build on this host has. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { BuildPlan } from '@hop3/core'
import { resolveVersions } from '../../src/versions/resolve-versions.ts'
import { createFixture, plannedApp } from '../build-fixture.ts'
import { hostWith, isMissing, onHost, wholeHost, warnings } from './asking.ts'

const phases = (...cmds: readonly string[]): Partial<BuildPlan> => ({ phases: { build: { cmds, dependsOn: [] } } })
const asks = (version: string): BuildPlan['versions'] => ({ node: { version, origin: 'package.json:4:13' } })

it('a range becomes the version a build would use, and an exact one stays', async () => {
  const app = createFixture()
  const resolve = (plan: Partial<BuildPlan>) =>
    resolveVersions({ context: app.context(wholeHost(app)), planned: async () => plannedApp(plan) })
  const node = execFileSync(onHost('node') ?? '', ['--version'], { encoding: 'utf8' })
    .trim()
    .slice(1)
  expect(await resolve({ ...phases('node build.js'), versions: asks('>=18') })).toEqual({
    node: { version: node, origin: 'package.json:4:13' },
  })
  expect(await resolve({ ...phases('node build.js'), versions: asks('v18.1.0') })).toEqual({
    node: { version: 'v18.1.0', origin: 'package.json:4:13' },
  })
  expect(warnings(app)).toEqual([])
})

it('a language nobody wrote a version of has that of the program its commands start, by whatever name', async () => {
  const app = createFixture()
  const origin = 'the version of the host that froze this plan'
  const resolve = (...cmds: readonly string[]) =>
    resolveVersions({ context: app.context(wholeHost(app)), planned: async () => plannedApp(phases(...cmds)) })
  expect(await resolve('npm ci', 'sh build.sh')).toEqual({ node: { version: expect.stringMatching(/^\d+\.\d+\.\d+$/), origin } })
  expect(await resolve('sh build.sh')).toEqual({})
})

it('a version that cannot be had, or a language the host lacks, is said and left as it was', async () => {
  const app = createFixture()
  const plan = { ...phases('npm ci', 'mix compile'), versions: asks('>=99') }
  const versions = await resolveVersions({ context: app.context(hostWith(app)), planned: async () => plannedApp(plan) })
  expect(versions).toEqual(asks('>=99'))
  expect(warnings(app)).toEqual([
    expect.stringMatching(/^The version of node stays >=99\. .*package\.json:4:13/),
    'The version of elixir stays open: nobody wrote one, and this host has no elixir.',
  ])
})

it.skipIf(isMissing('python3.11'))('holds for the program the plan starts, not for another of the host (needs python3.11)', async () => {
  const app = createFixture()
  const other = hostWith(app, 'python3.11')
  const plan = { ...phases('python3 -m venv .venv'), versions: { python: { version: '3.11', origin: '.python-version:1' } } }
  app.write({ 'bin/python3': '#!/bin/sh\necho Python 3.9.1\n' })
  execFileSync('chmod', ['+x', join(app.source, 'bin/python3')])
  const env = { ...other.env, PATH: `${join(app.source, 'bin')}:${other.env['PATH'] ?? ''}` }
  const versions = await resolveVersions({ context: app.context({ env }), planned: async () => plannedApp(plan) })
  expect(versions['python']?.version).toBe('3.11')
  expect(warnings(app).join('')).toContain('The version of python stays 3.11. ')
})
