import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { swarmDeployer } from '../src/index.ts'
import { stage } from './staged.ts'
import { flavors, isSkipped, openImages, type TestImages } from './test-images.ts'

const [flavor] = flavors
const skipped = flavor === undefined || isSkipped(flavor)
let images: TestImages
beforeAll(async () => {
  if (!skipped) images = await openImages()
}, 120_000)
afterAll(async () => images?.close())

describe.skipIf(skipped)('what would be told', { timeout: 60_000 }, () => {
  test.each(['compose', 'swarm'])('%s reads it as it was meant, the same each time and without a value', async (target) => {
    if (flavor === undefined) throw new Error('no flavor')
    const runtime = { workers: { web: '/app/server', yes: 'echo $HOME 22:22' }, envVars: { MODE: 'no', PRICE: '5$' } }
    const { deployer, context, artifact } = await stage({
      flavor,
      image: images.shell,
      runtime,
      context: { appEnv: { API_KEY: 'a-value-nobody-may-read' } },
    })
    const one = target === 'compose' ? deployer : swarmDeployer.create(context, artifact)
    const text = (await one.render?.()) ?? ''
    expect(await one.render?.()).toBe(text)
    expect(text).not.toContain('a-value-nobody-may-read')
    const env = { ...process.env, API_KEY: 'of the shell' }
    const read = execFileSync('docker', ['compose', '--file', '-', 'config', '--format', 'json'], {
      input: `name: shown\n${text}`,
      env,
      encoding: 'utf8',
    })
    const service: unknown = Object.values(JSON.parse(read).services).at(-1)
    // It prints what it would read again.
    expect(service).toMatchObject({ environment: { API_KEY: 'of the shell', MODE: 'no', PRICE: '5$$' } })
    expect(JSON.stringify(service)).toContain('echo $$HOME 22:22')
    expect(await deployer.status()).toEqual([])
  })
})
