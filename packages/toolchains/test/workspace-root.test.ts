import { emptyAppConfig, silentLog } from '@hop3/core'
import { createSourceView, planApp } from '@hop3/planner'
import { tempApp, type Files } from '@hop3/testing'
import { expect, it } from 'vitest'
import plugin from '../src/index.ts'

/** An npm workspace with one app that is not npm's business. */
async function planMember(files: Files) {
  const below = Object.fromEntries(Object.entries(files).map(([path, text]) => [`apps/api/${path}`, text]))
  const sourcePath = await tempApp({
    'package.json': '{"private":true,"workspaces":["apps/*"]}',
    'package-lock.json': '{"lockfileVersion":3}',
    ...below,
  })
  const config = { ...emptyAppConfig, build: { ...emptyAppConfig.build, root: 'apps/api' } }
  const source = createSourceView(sourcePath)
  return planApp({ appName: 'shop', sourcePath, config, toolchains: plugin.toolchains ?? [], log: silentLog, source })
}

const manifest = { 'package.json': '{"name":"api"}' }

it.each([
  ['php', { ...manifest, 'composer.json': '{"require":{}}', 'public/index.php': '<?php echo 1;' }],
  ['ruby', { ...manifest, 'config.ru': 'run ->(env) { [200, {}, []] }', Gemfile: "source 'https://rubygems.org'\ngem 'puma'\n" }],
  ['shell', { ...manifest, 'start.sh': '#!/bin/sh\nexec ./serve\n' }],
  ['go', { ...manifest, 'go.mod': 'module example.com/api\n\ngo 1.22\n', 'main.go': 'package main\n\nfunc main() {}\n' }],
  ['crystal', { ...manifest, 'shard.yml': 'name: api\ntargets:\n  api:\n    main: src/api.cr\n' }],
])('an app in %s below an npm workspace is planned from its own directory', async (name, files) => {
  const { toolchains, plan, base } = await planMember(files)
  expect({ toolchains, root: plan.root, base }).toEqual({ toolchains: [name], root: 'apps/api', base: '' })
  expect(Object.keys(plan.processes)).toContain('web')
  const paths = Object.values(plan.phases).flatMap(({ outputs = [], onlyIncludeFiles = [] }) => [...outputs, ...onlyIncludeFiles])
  expect(paths.filter((path) => !path.startsWith('apps/api/'))).toEqual([])
})

it('a site below an npm workspace publishes its own directory', async () => {
  const { runtime } = await planMember({ ...manifest, 'index.html': '<h1>Hello</h1>' })
  expect(runtime.workers).toEqual({ static: 'apps/api' })
})

it.each(['../../..', '/etc', '../../../outside'])('a build that says its pages lie in %s is refused', async (outDir) => {
  const sourcePath = await tempApp({
    'package.json': '{"scripts":{"build":"vite build"},"devDependencies":{"vite":"7"}}',
    'vite.config.js': `export default { build: { outDir: '${outDir}' } }`,
  })
  const plan = planApp({ appName: 'shop', sourcePath, config: emptyAppConfig, toolchains: plugin.toolchains ?? [], log: silentLog })
  await expect(plan).rejects.toMatchObject({ code: 'config.static-path' })
})
