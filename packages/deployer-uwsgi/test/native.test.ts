import { execFileSync } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyDeployConfig, type BuildArtifact, type Deployer, type DeploymentContext, type RuntimeConfig } from '@hop3/core'
import { deploymentContextFor, processArtifact, releaseOf, type TestHost } from '@hop3/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { uwsgiDeployer } from '../src/index.ts'
import { flavorNames, isSkipped, need, openFlavor } from './flavors.ts'

const application = `import json, os, sys, time
def application(environ, start_response):
    path = environ['PATH_INFO']
    if path == '/slow':
        time.sleep(1)
    body = json.dumps({'pid': os.getpid(), 'release': os.environ['HOP3_RELEASE'], 'prefix': sys.prefix, 'cwd': os.getcwd()}).encode()
    start_response('200 OK', [('Content-Type', 'application/json'), ('Content-Length', str(len(body)))])
    return [body]
`

for (const name of flavorNames) {
  describe.skipIf(isSkipped(name))(`a wsgi worker in the ${name} uWSGI${need(name)}`, { timeout: 120_000 }, () => {
    registerTests(name)
  })
}

function registerTests(name: (typeof flavorNames)[number]): void {
  let flavor: Awaited<ReturnType<typeof openFlavor>>
  let venv = ''
  beforeAll(async () => {
    flavor = await openFlavor(name)
    venv = join(flavor.directory, 'venv')
    // Of the Python the flavor serves without ado: the distribution's plugin has the distribution's version.
    const python = name === 'distribution' ? '/usr/bin/python3' : join(flavor.path, 'python3')
    execFileSync(python, ['-m', 'venv', '--without-pip', venv])
  }, 120_000)
  afterAll(() => flavor.close())

  test('answers from the app in its virtual environment, is replaced without losing a request, and leaves nothing', async () => {
    const host = await flavor.host()
    const old = await release(host, 1, { venv })
    const info = await old.deploy()
    expect(info).toMatchObject({ protocol: 'http', address: '127.0.0.1' })
    const answer = await ask(info.port, '/')
    expect(answer).toMatchObject({ prefix: venv, cwd: releaseOf(host, 1).path, release: releaseOf(host, 1).id })
    const [status] = await old.status()
    expect(status).toMatchObject({ worker: 'wsgi', state: 'running', pid: answer['pid'], address: `127.0.0.1:${info.port}` })

    const next = await release(host, 2, { venv })
    const nextInfo = await next.deploy()
    const slow = ask(info.port, '/slow')
    await host.clock.sleep(150)
    await next.retire?.()
    expect(await slow).toMatchObject({ release: releaseOf(host, 1).id })
    expect(await ask(nextInfo.port, '/')).toMatchObject({ release: releaseOf(host, 2).id })

    const [before] = await next.status()
    process.kill(before?.pid ?? 0, 'SIGKILL')
    await until(host, async () => (await ask(nextInfo.port, '/')).pid !== before?.pid)
    await next.stop()
    expect(await next.status()).toEqual([])
  })

  test('an app that cannot be imported is refused with its traceback', async () => {
    const host = await flavor.host()
    const deployer = await release(host, 1, { venv, source: "raise RuntimeError('no such table: users')\n" })
    await expect(deployer.deploy()).rejects.toMatchObject({
      code: 'health.exited',
      message: expect.stringContaining('no such table: users'),
    })
    expect(await deployer.status()).toEqual([])
  })

  test.each([
    ['sys.exit', "import sys\nsys.exit('SECRET_KEY is not set')\n", 'SECRET_KEY is not set'],
    ['os._exit', "import os\nprint('no license', flush=True)\nos._exit(3)\n", 'no license'],
    ['a crash of compiled code', 'import os\nos.kill(os.getpid(), 11)\n', 'ended while it was starting'],
  ])('an app that ends its process while it is loaded (%s) is refused at once', async (_, source, said) => {
    const host = await flavor.host()
    const deployer = await release(host, 1, { venv, source, runtime: { healthcheckTimeout: 300 } })
    await expect(deployer.deploy()).rejects.toMatchObject({
      code: 'health.exited',
      message: expect.stringContaining(said),
      hint: expect.not.stringContaining('start-timeout'),
    })
    expect(await deployer.status()).toEqual([])
  })

  test('works in a home whose path is full of what uWSGI and a shell would expand', async () => {
    const host = await flavor.host()
    const directory = join(host.directory, "100% $(id) @(exec:⁄⁄id) it's %n home")
    const home = join(directory, 'home')
    await mkdir(join(home, 'uwsgi'), { recursive: true })
    await symlink(join(flavor.directory, 'tools'), join(home, 'tools'))
    const deployer = await release({ ...host, home }, 1, {})
    const { port } = await deployer.deploy()
    expect(await ask(port, '/')).toMatchObject({ cwd: releaseOf({ ...host, home }, 1).path })
    expect(await readFile(join(home, 'apps', 'shop', 'logs', 'wsgi.1.log'), 'utf8')).toContain('WSGI app 0')
  })

  interface Given {
    readonly venv?: string
    readonly source?: string
    readonly runtime?: Partial<RuntimeConfig>
  }

  async function release(
    host: TestHost & { readonly tools?: Readonly<Record<string, string>> },
    counter: number,
    given: Given,
  ): Promise<Deployer> {
    const context = await deploymentContextFor(host, {
      release: releaseOf(host, counter),
      generation: counter,
      config: { ...emptyDeployConfig, stopTimeout: 5 },
      env: host.tools ?? host.toolEnv,
    })
    const runtime = { workers: { wsgi: 'app:application' }, healthcheckTimeout: 30, ...venvOf(given.venv), ...given.runtime }
    const artifact = await processArtifact(context.release.path, runtime)
    await writeFile(join(context.release.path, 'app.py'), given.source ?? application)
    return stopped(uwsgiDeployer.create(context, artifact), context, artifact)
  }
}

function venvOf(venv: string | undefined): Partial<RuntimeConfig> {
  return venv === undefined ? {} : { envVars: { VIRTUAL_ENV: venv }, pathPrepend: [join(venv, 'bin')] }
}

function stopped(deployer: Deployer, context: DeploymentContext, artifact: BuildArtifact): Deployer {
  onTestFinished(() => uwsgiDeployer.create({ ...context, signal: new AbortController().signal }, artifact).stop())
  return deployer
}

async function ask(port: number | null, path: string): Promise<Readonly<Record<string, unknown>>> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  const body: unknown = await response.json()
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

async function until(host: TestHost, condition: () => Promise<boolean>): Promise<void> {
  for (let left = 200; left > 0; left--) {
    if (await condition().catch(() => false)) return
    await host.clock.sleep(50)
  }
  throw new Error('It did not come true.')
}
