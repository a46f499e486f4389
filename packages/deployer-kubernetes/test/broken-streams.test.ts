/** Following what a real cluster's pods print, over connections that break off again and again. */
import { readFile, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { kubernetesDeployer } from '../src/index.ts'
import { keepPlace, readPlace } from '../src/place.ts'
import { stage } from './staged.ts'

const skipped = inject('skipped')
const printed = 200

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 180_000 }, () => {
  test('every line comes once and in order, also of a container that is started again', async () => {
    const clock = `i=0; while [ $i -lt ${printed} ]; do i=$((i+1)); echo "line $i"; sleep 0.05; done; exit 1`
    const { context, artifact, deployer } = await stage({ runtime: { workers: { clock } } })
    await deployer.deploy()
    const place = await readPlace(context)
    if (place === undefined) throw new Error('it is nowhere')
    const { server, kubeconfig } = await breakingOff(inject('kubernetes').kubeconfig, context.directories.home)
    await keepPlace(context, { ...place, server })
    const lines: string[] = []
    const ended = new AbortController()
    const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(90_000)])
    const onLine = ({ text }: { readonly text: string }): void => {
      if (lines.push(text) === 2 * printed) ended.abort()
    }
    try {
      const through = kubernetesDeployer.create({ ...context, env: { ...context.env, KUBECONFIG: kubeconfig } }, artifact)
      await through.logs?.({ lines: 10_000, follow: true, signal, onLine })
    } finally {
      await keepPlace(context, place)
    }
    const whole = Array.from({ length: printed }, (_, index) => `line ${index + 1}`)
    expect(lines).toEqual([...whole, ...whole])
  })
})

/** A way to the cluster on which no connection lasts longer than a second. */
async function breakingOff(known: string, directory: string): Promise<{ readonly server: string; readonly kubeconfig: string }> {
  const text = await readFile(known, 'utf8')
  const { hostname, port } = new URL(/server: '([^']+)'/.exec(text)?.[1] ?? '')
  const open = new Set<Socket>()
  const relay = createServer((client) => {
    const cluster = connect(Number(port), hostname)
    for (const [one, other] of [
      [client, cluster],
      [cluster, client],
    ] as const) {
      open.add(one)
      one.pipe(other)
      one.on('error', () => other.destroy()).on('close', () => open.delete(one) && other.destroy())
    }
  })
  await new Promise<void>((resolve) => void relay.listen(0, '127.0.0.1', resolve))
  const breakAll = (): void => open.forEach((one) => one.destroy())
  const timer = setInterval(breakAll, 1_000)
  onTestFinished(() => {
    clearInterval(timer)
    breakAll()
    relay.close()
  })
  const address = relay.address()
  const server = `https://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/`
  const kubeconfig = join(directory, 'kubeconfig-breaking-off')
  // The certificate is of the cluster's own address.
  await writeFile(
    kubeconfig,
    text.replace(/server: '[^']+'/, `server: '${server}'`).replace(/certificate-authority-data: [^ }]+/, 'insecure-skip-tls-verify: true'),
  )
  return { server, kubeconfig }
}
