import { silentLog, type ToolchainContext, type ToolchainFactory } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import { planApp, readAppConfig } from '../src/index.ts'

function counting() {
  const contexts: ToolchainContext[] = []
  const toolchain: ToolchainFactory = {
    name: 'node',
    specificity: 'inferred',
    create: (context) => ({
      name: 'node',
      accept: async () => ({ accepted: true, reason: 'every app' }),
      plan: async () => {
        contexts.push(context)
        return { kind: 'node', phases: {}, processes: { web: 'x' }, versions: {}, runtime: {}, decisions: [], warnings: [] }
      },
    }),
  }
  return { contexts, toolchains: [toolchain] }
}

test('within one look an app is planned once; another look, app or configuration is planned anew', async () => {
  const { contexts, toolchains } = counting()
  const sourcePath = await tempApp({ Procfile: 'worker: y\n' })
  const config = await readAppConfig({ sourcePath })
  const request = { appName: 'shop', sourcePath, config, toolchains, log: silentLog }
  const look = {}
  const first = await planApp({ ...request, look })
  expect(await planApp({ ...request, look })).toBe(first)
  expect(contexts).toHaveLength(1)
  await planApp({ ...request, look: {} })
  await planApp(request)
  await planApp({ ...request, look, config: await readAppConfig({ sourcePath }) })
  await planApp({ ...request, look, appName: 'other' })
  expect(contexts).toHaveLength(5)
})

test('toolchains are told which variables the configuration sets, and not what a text says of them', async () => {
  const { contexts, toolchains } = counting()
  const sourcePath = await tempApp({
    'hop3.toml': '# SECRET_KEY_BASE is set elsewhere\n[env]\nAPP_KEY = { generate = "hex" }\n',
    'app.json': '{ "env": { "TOKEN": { "generator": "secret" } } }',
  })
  const config = await readAppConfig({ sourcePath })
  await planApp({ appName: 'shop', sourcePath, config, toolchains, log: silentLog })
  expect(contexts[0]?.envNames?.toSorted()).toEqual(['APP_KEY', 'TOKEN'])
})
