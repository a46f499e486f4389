/** Who the operator is: known to what logs in to the cluster, wherever the kubeconfig and its paths lead from here, and to nothing of an app. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { stageClusterApp, writeAppWithShell } from '../../src/cluster-app.ts'
import { cluster, describeOnCluster } from '../../src/own-cluster.ts'

const key = 'key-of-the-operator'

describeOnCluster({ timeout: 300_000 }, () => {
  it('a plugin logs in with variables of its provider, and apps, builds and files have none of them', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', key)
    onTestFinished(() => void vi.unstubAllEnvs())
    const { machine, source, say } = await stageClusterApp({ ...cluster, kubeconfig: 'kubeconfig' }, ['known', 'native'])
    await writePlugin(join(machine.directory, 'outside'))
    await writeAppWithShell(source, 'one')
    const dockerfile = join(source, 'Dockerfile')
    await writeFile(dockerfile, (await readFile(dockerfile, 'utf8')).replace('USER', 'RUN env >/of-build\nUSER'))
    await say('known')
    expect((await machine.hop3(['deploy', source, '--json'])).result).toMatchObject({ changed: true })
    // By kubectl, which is another program and logs in for itself.
    const { stdout, stderr } = await machine.hop3(['exec', 'known', '--', 'cat /of-build; env'])
    expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringContaining('PROC_TYPE=exec') })
    const running = cluster.kubectl(['exec', 'deployment/known-web', '--namespace', 'hop3-known', '--', 'env'])
    expect(running).toContain('PROC_TYPE=web')
    const rendered = (await machine.hop3(['render', 'known', '--target', 'kubernetes'])).stdout
    expect(rendered).toContain('kind: Deployment')
    const native = await deployNative(
      join(machine.directory, 'native'),
      async (path) => (await machine.hop3(['deploy', path, '--json'])).result,
    )
    for (const text of [stdout, running, rendered, ...native, ...(await textsBelow(machine.home))]) expect(text).not.toContain(key)
  })
})

/** A kubeconfig with a plugin beside it that takes the operator's key for the administrator's. */
async function writePlugin(directory: string): Promise<void> {
  const login = `#!/bin/sh\n[ "$AWS_ACCESS_KEY_ID" = ${key} ] || exit 1\necho '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"admin"}}'\n`
  await writeFile(join(directory, 'login'), login, { mode: 0o755 })
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './login', interactiveMode: 'Never' }
  const text = (await readFile(cluster.kubeconfig, 'utf8')).replace('{ token: admin }', JSON.stringify({ exec }))
  expect(text).toContain('./login')
  await writeFile(join(directory, 'kubeconfig'), text)
}

/** The environments of its build and of its worker. */
async function deployNative(source: string, deploy: (path: string) => Promise<object>): Promise<readonly string[]> {
  await mkdir(source)
  const [ofBuild, ofWorker] = ['build', 'worker'].map((name) => join(source, '..', `env-of-${name}`))
  const worker = `env >${ofWorker}; exec sleep 1000`
  const plan = `[build.plan]\nproviders = []\n[build.plan.phases.build]\ncmds = ["env >${ofBuild}"]\n`
  await writeFile(join(source, 'hop3.toml'), `[metadata]\nid = "native"\n[run.workers]\nworker = "${worker}"\n${plan}`)
  expect(await deploy(source)).toMatchObject({ changed: true })
  const read = async (path = ''): Promise<string> => readFile(path, 'utf8').catch(() => '')
  await expect.poll(() => read(ofWorker)).toContain('PATH=')
  expect(await read(ofBuild)).toContain('PATH=')
  return [await read(ofBuild), await read(ofWorker)]
}

async function textsBelow(directory: string): Promise<readonly string[]> {
  const files = (await readdir(directory, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
  expect(files.map(({ name }) => name)).toContain('place.json')
  return Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')))
}
