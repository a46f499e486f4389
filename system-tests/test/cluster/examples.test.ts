/** The examples as images on a cluster: the same answers as under Compose, and no change but the target and where the image is pushed to. */
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readExampleCheck } from '../../src/example-check.ts'
import { leavesImageOut } from '../../src/example-images.ts'
import { copyExample, exampleMachine, exampleNames, examples } from '../../src/example-source.ts'
import { writeTarget } from '../../src/example-target.ts'
import { cluster, describeOnCluster } from '../../src/own-cluster.ts'

/** Their before-run leaves something in $HOP3_DATA for their workers, which takes two lines more. */
const writing = new Set(['django', 'flask', 'laravel-skeleton', 'procfile-mixed', 'rails'])

describeOnCluster({ timeout: 1_800_000 }, () => {
  it.for(exampleNames())('%s answers as its check.json says', async (name, context) => {
    const check = readExampleCheck(join(examples, name, 'check.json'))
    const leftOut = leavesImageOut(name, check, 'elsewhere')
    if (leftOut !== undefined) context.skip(leftOut)
    const machine = await exampleMachine(context, check, { env: { KUBECONFIG: cluster.kubeconfig, PATH: cluster.path } })
    const source = await copyExample(name, machine)
    onTestFinished(async () => void (await machine.hop3(['destroy', name, '--yes'])), 120_000)
    const place = ['[build.docker]', `push = "${cluster.registry}/${name}"`, '[deploy.kubernetes]', 'service = "NodePort"']
    await writeTarget(source, 'kubernetes', [...place, ...(await keptData(name, machine.directory))])
    const { exitCode, result, stderr } = await machine.hop3(['deploy', source, '--builder', 'docker', '--json'])
    expect({ exitCode, result, stderr }).toMatchObject({ exitCode: 0, result: { app: name, changed: true } })
    for (const { path, accept, status, contains } of check.requests) {
      const answer = await fetch(`http://127.0.0.1:${Number(result['port'])}${path}`, { headers: { accept } })
      expect({ path, status: answer.status }).toEqual({ path, status })
      expect(await answer.text()).toContain(contains)
    }
    expect(await machine.hop3(['destroy', name, '--yes'])).toMatchObject({ exitCode: 0 })
  })
})

/** The lines for an app that keeps something there, and the volume they are about. */
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
