/** Images a node may not have, or cannot run, on the real cluster: told apart, and mended by what the hint says. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isHop3Error, type Hop3Error } from '@hop3/core'
import { testHost, type TestHost } from '@hop3/testing'
import { describe, expect, inject, test } from 'vitest'
import { foreignImages } from './foreign-images.ts'
import { guardedRegistry, password, user } from './guarded-registry.ts'
import { stage, type StageRequest } from './staged.ts'

const skipped = inject('skipped')

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 180_000 }, () => {
  test('a registry that wants a password gets the one of docker login, on request', async () => {
    const host = await testHost()
    const registry = await guardedRegistry(host.directory)
    const image = inject('kubernetes').image.replace(/^[^/]+/, registry)
    expect(await failureOf({ host, image, counter: 1 })).toMatchObject({
      code: 'deploy.kubernetes.pull',
      message: expect.stringContaining('does not let the node have it'),
      hint: expect.stringContaining('pull-secret = true'),
    })
    const options = { 'pull-secret': true }
    expect(await failureOf({ host, image, options, counter: 2 })).toMatchObject({
      code: 'deploy.kubernetes.pull-secret',
      hint: expect.stringContaining(`docker login ${registry}`),
    })
    await logIn(host, registry, 'another')
    expect(await failureOf({ host, image, options, counter: 3 })).toMatchObject({
      code: 'deploy.kubernetes.pull',
      message: expect.stringContaining('does not let the node have it'),
      hint: expect.stringContaining('docker login'),
    })
    await logIn(host, registry, password)
    const { deployer } = await stage({ host, image, options, counter: 4 })
    await deployer.deploy()
    expect(await deployer.status()).toMatchObject([{ worker: 'web', state: 'running' }])
  })

  test('an image for other processors is told from every other fault', async () => {
    const host = await testHost()
    const { index, single, mistaken } = await foreignImages(host.directory)
    const seen: (readonly [string, string])[] = []
    const images = [
      [index, ''],
      [single, ''],
      [mistaken, ''],
      [mistaken, 'exec /app/server'],
    ] as const
    for (const [at, [image, web]] of images.entries()) {
      const { code, message, hint } = await failureOf({ host, image, counter: at + 1, runtime: { workers: { web } } })
      seen.push([code, /for (?:other processors|the processors of that node)/.exec(message)?.[0] ?? message])
      expect(hint).toContain('platform = "linux/')
    }
    expect(seen).toEqual([
      ['deploy.kubernetes.pull', 'for the processors of that node'],
      ['deploy.kubernetes.program', 'for other processors'],
      ['deploy.kubernetes.program', 'for other processors'],
      ['deploy.kubernetes.program', 'for other processors'],
    ])
  })
})

async function logIn(host: TestHost, registry: string, secret: string): Promise<void> {
  const directory = join(host.directory, '.docker')
  await mkdir(directory, { recursive: true })
  const auth = Buffer.from(`${user}:${secret}`).toString('base64')
  await writeFile(join(directory, 'config.json'), JSON.stringify({ auths: { [registry]: { auth } } }))
}

async function failureOf(request: StageRequest): Promise<Hop3Error> {
  const { deployer } = await stage(request)
  const thrown: unknown = await deployer.deploy().then(
    () => new Error('It has deployed.'),
    (error: unknown) => error,
  )
  expect(await deployer.status()).toEqual([])
  if (isHop3Error(thrown)) return thrown
  throw thrown
}
