/** What RFC 508 says of several languages in one app, with the real toolchains. The table of all sentences: docs/rfc-508.md. */
import { isHop3Error, silentLog } from '@hop3/core'
import { orderPhases, planApp, readAppConfig } from '@hop3/planner'
import { tempApp, type Files } from '@hop3/testing'
import { expect, test } from 'vitest'
import plugin from '../src/index.ts'

const toolchains = plugin.toolchains ?? []

async function plan(files: Files) {
  const sourcePath = await tempApp(files)
  const config = await readAppConfig({ sourcePath })
  return planApp({ appName: 'shop', sourcePath, config, toolchains, log: silentLog })
}

test('a Rust server that uses Node for the frontend', async () => {
  const planned = await plan({
    'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n',
    'Cargo.lock': '',
    'src/main.rs': 'fn main() {}\n',
    'package.json': '{"name":"shop","scripts":{"build":"vite build"},"engines":{"node":"22"},"devDependencies":{"vite":"6.0.0"}}',
    'package-lock.json': '{"lockfileVersion":3,"packages":{}}',
    'nixpacks.toml': 'providers = ["rust", "node"]\n[phases.build]\ndependsOn = ["...", "node:build"]\n',
  })
  expect(planned.kind).toBe('rust')
  const order = orderPhases(planned.plan)
  expect(order.indexOf('node:build')).toBeGreaterThan(order.indexOf('node:install'))
  expect(order.indexOf('build')).toBeGreaterThan(order.indexOf('node:build'))
  expect(planned.plan.phases['build']?.cmds.join('\n')).toContain('cargo build')
  expect(planned.plan.phases['node:install']?.cmds.join('\n')).toContain('npm ci')
  expect(planned.plan.versions).toMatchObject({ node: { version: expect.stringMatching(/^22/) } })
})

test.each(toolchains.map(({ name }) => name))('%s handles that its language files are missing', async (name) => {
  const files = { 'README.md': 'nothing else', 'nixpacks.toml': `providers = ["${name}"]\n` }
  const outcome = await plan(files).then(
    (planned) => planned.toolchains.join(),
    (error: unknown) => (isHop3Error(error) && error.hint !== '' ? error.code : String(error)),
  )
  expect(outcome).toMatch(new RegExp(`^(${name}|(config|build)\\.[a-z.-]+)$`))
})
