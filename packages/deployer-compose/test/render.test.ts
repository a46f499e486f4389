import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { BuildArtifact, DeploymentContext } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { openEngine } from '../src/engine.ts'
import { findImage } from '../src/image.ts'
import { swarmDeployer } from '../src/index.ts'
import { secretNames } from '../src/swarm/secret-names.ts'
import { stackDocument } from '../src/swarm/stack-document.ts'
import { writeStack } from '../src/swarm/stack-file.ts'
import { stackInputs } from '../src/swarm/stack-inputs.ts'
import { overlayName, stackLayout, stackName } from '../src/swarm/stack-names.ts'
import { stage } from './staged.ts'
import { flavors, isSkipped, useImages } from './test-images.ts'

const [flavor] = flavors
const skipped = flavor === undefined || isSkipped(flavor)
const images = useImages()

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

  test('of a stack that runs, no value is shown that was the operator’s when it was told', async () => {
    if (flavor === undefined) throw new Error('no flavor')
    const runtime = { workers: { web: '/app/server' }, envVars: { MODE: 'no', LEVEL: 'low' }, pathPrepend: ['/app/bin'] }
    const then = { TOKEN: 'a-value-nobody-may-read', MODE: 'nobody-may-read-this', PORT: '1', KEY: 'in-a-file' }
    const config = { options: { compose: { secrets: ['KEY'] } } }
    const { context, artifact } = await stage({ flavor, image: images.shell, runtime, config, context: { appEnv: then } })
    const stack = stackName(context)
    const inputs = await stackInputs({ context, artifact, image: await imageOf(context, artifact) }, ['web'])
    const told = stackDocument({
      stack,
      network: overlayName(stack),
      workers: inputs.map((input) => ({ input, replicas: 1 })),
      secrets: await secretNames(context, stack, inputs),
      onlyNode: 'node-1',
      gated: { canCheck: true, bootSeconds: 3, patience: 20 },
    })
    const directory = join(stackLayout(context).generations, `${context.generation}-${context.release.id}`)
    await mkdir(directory, { recursive: true })
    await writeStack(directory, told)
    const rendered = async (appEnv: Readonly<Record<string, string>>): Promise<string> =>
      (await swarmDeployer.create({ ...context, appEnv }, artifact).render?.()) ?? ''
    const text = await rendered({ KEY: 'in-a-file' })
    for (const value of Object.values(then).filter((one) => one.length > 1)) expect(text).not.toContain(value)
    for (const line of ['TOKEN=${TOKEN}', 'MODE=${MODE}', 'LEVEL=low', 'PORT=8080', 'APP=shop', 'node.id == node-1', 'interval: 2s'])
      expect(text).toContain(line)
    expect(await rendered(then)).toBe(text)
  })
})

async function imageOf(context: DeploymentContext, artifact: BuildArtifact) {
  const engine = await openEngine(context)
  try {
    return await findImage(context, engine, artifact)
  } finally {
    engine.host.close()
  }
}
