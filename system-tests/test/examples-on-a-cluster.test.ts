/** Examples that build as images, on a cluster: the same answers as under Compose, and no change but the target and where the image is pushed to. */
import { appendFile, chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createCommandLine } from '../src/command-line.ts'
import { readExampleCheck } from '../src/example-check.ts'
import { copyExample, examples } from '../src/example-source.ts'
import { lacksCluster, openOwnCluster, type OwnCluster } from '../src/own-cluster.ts'

const why = lacksCluster()
let cluster: OwnCluster
beforeAll(async () => {
  if (why === undefined) cluster = await openOwnCluster()
}, 180_000)
afterAll(() => cluster?.close(), 60_000)

/** One of each kind: servers of several languages, sites, and one with workers beside `web`. */
const names = ['node-npm', 'go-http', 'php-plain', 'static-site', 'vite-spa', 'shell', 'procfile-mixed', 'python-pip']

/** What needs a line more. */
const writing = new Set(['procfile-mixed'])

describe.skipIf(why !== undefined)(`on a cluster${why === undefined ? '' : ` (${why})`}`, { timeout: 900_000 }, () => {
  it.each(names)('%s answers as its check.json says', async (name) => {
    const check = readExampleCheck(join(examples, name, 'check.json'))
    const machine = await createCommandLine({ options: { env: { KUBECONFIG: cluster.kubeconfig, PATH: cluster.path } } })
    onTestFinished(() => machine.dispose(), 120_000)
    const source = await copyExample(name, machine)
    onTestFinished(async () => void (await machine.hop3(['destroy', name, '--yes'])), 120_000)
    const lines = [`[build.docker]`, `push = "${cluster.registry}/${name}"`, '[deploy.kubernetes]', 'service = "NodePort"']
    await appendFile(join(source, 'hop3.toml'), `\n${[...lines, ...(await keptData(name, machine.directory))].join('\n')}\n`)
    const { exitCode, result, stderr } = await machine.hop3(['deploy', source, '--builder', 'docker', '--deployer', 'kubernetes', '--json'])
    expect({ exitCode, result, stderr }).toMatchObject({ exitCode: 0, result: { app: name, changed: true } })
    for (const { path, accept, status, contains } of check.requests) {
      const answer = await fetch(`http://127.0.0.1:${Number(result['port'])}${path}`, { headers: { accept } })
      expect({ path, status: answer.status }).toEqual({ path, status })
      expect(await answer.text()).toContain(contains)
    }
    expect(await machine.hop3(['destroy', name, '--yes'])).toMatchObject({ exitCode: 0 })
  })
})

/** The lines for an app whose before-run leaves something for its workers in $HOP3_DATA, and the volume they are about. */
async function keptData(name: string, directory: string): Promise<readonly string[]> {
  if (!writing.has(name)) return []
  const path = join(directory, 'volume')
  await mkdir(path)
  await chmod(path, 0o777)
  const claimRef = { namespace: `hop3-${name}`, name: `${name}-data` }
  const spec = {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteMany'],
    persistentVolumeReclaimPolicy: 'Retain',
    hostPath: { path },
    claimRef,
  }
  const volume = { apiVersion: 'v1', kind: 'PersistentVolume', metadata: { name: `hop3-${name}` }, spec }
  cluster.kubectl(['apply', '--filename', '-'], JSON.stringify(volume))
  onTestFinished(() => void cluster.kubectl(['delete', 'pv', `hop3-${name}`, '--wait=false']))
  return ['data = "1Gi"', 'access-mode = "ReadWriteMany"']
}
