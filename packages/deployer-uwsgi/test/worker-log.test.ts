import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { emptyDeployConfig } from '@hop3/core'
import { deploymentContextFor, processArtifact, releaseOf, tempApp } from '@hop3/testing'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { uwsgiDeployer } from '../src/index.ts'
import { appendTo, redirectModule, rotateScript } from '../src/worker-log.ts'
import { flavorNames, isSkipped, need, openFlavor } from './flavors.ts'

const hostileDirectory = 'it\'s $(id) %n \\ "é\n'

test('a log that is too long is moved aside, and whoever has it open goes on writing to it', async () => {
  const directory = join(await tempApp(), hostileDirectory)
  const log = join(directory, 'web.1.log')
  await mkdir(directory)
  const script = rotateScript(log, 10)
  const run = (): void => expect(spawnSync('/bin/sh', ['-c', script], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
  run()
  await writeFile(log, 'short\n')
  run()
  expect(await readdir(directory)).toEqual(['web.1.log'])
  const writer = `${appendTo(log)}echo before; ${script.replace('#!/bin/sh\n', '')}echo after`
  for (const old of ['first and long\n', 'second and long\n']) {
    await writeFile(log, old)
    execFileSync('/bin/sh', ['-c', writer])
    expect(await readFile(log, 'utf8')).toBe('after\n')
    expect(await readFile(`${log}.1`, 'utf8')).toBe(`${old}before\n`)
  }
  expect((await readdir(directory)).toSorted()).toEqual(['web.1.log', 'web.1.log.1'])
})

test('Python in any locale writes to a log in a directory of any name', async () => {
  const directory = join(await tempApp(), hostileDirectory)
  await mkdir(directory)
  const log = join(directory, 'wsgi.1.log')
  const [loads, ready] = [join(directory, 'loads'), join(directory, 'ready')]
  const code = `${redirectModule({ log, loads, ready })}print('out', flush=True)\nos.write(2, b'err')`
  const run = () =>
    execFileSync('python3', ['-c', code], {
      env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', PYTHONUTF8: '0', PYTHONCOERCECLOCALE: '0' },
    })
  run()
  expect(await readFile(log, 'utf8')).toBe('out\nerr')
  run()
  await writeFile(ready, '')
  run()
  expect((await readFile(loads, 'utf8')).replaceAll(/\d+/g, 'pid')).toBe('pid\npid\n')
})

for (const name of flavorNames) {
  describe.skipIf(isSkipped(name))(`under the ${name} uWSGI${need(name)}`, { timeout: 60_000 }, () => {
    let flavor: Awaited<ReturnType<typeof openFlavor>>
    beforeAll(async () => {
      flavor = await openFlavor(name)
    })
    afterAll(() => flavor.close())

    test('a log holds what the app printed, long lines whole, and nothing of uWSGI', async () => {
      const host = await flavor.host()
      const context = await deploymentContextFor(host, {
        release: releaseOf(host, 1),
        config: { ...emptyDeployConfig, stopTimeout: 3 },
        env: host.tools,
      })
      const long = 'x'.repeat(100_000)
      const workers = {
        queue: `echo out; echo err >&2; printf '%0100000d\\n' 0; exec sleep 1000`,
        cron: '* * * * * echo tick',
        wsgi: 'app:application',
      }
      const artifact = await processArtifact(context.release.path, { workers, healthcheckTimeout: 30 })
      const app = `import sys\nprint('loaded')\nsys.stderr.write('warned\\n')\nsys.stdout.flush()\n`
      await writeFile(
        join(context.release.path, 'app.py'),
        `${app}def application(environ, start_response):\n    start_response('200 OK', [])\n    return [b'']\n`,
      )
      const deployer = uwsgiDeployer.create(context, artifact)
      onTestFinished(() => deployer.stop())
      await deployer.deploy()
      const logOf = (worker: string): Promise<string> => readFile(join(context.directories.logs, `${worker}.1.log`), 'utf8')
      expect(await logOf('queue')).toBe(`out\nerr\n${long.replaceAll('x', '0')}\n`)
      await expect.poll(() => logOf('cron'), { timeout: 10_000 }).toMatch(/^(tick\n)+$/)
      const native = (await logOf('wsgi')).trimEnd().split('\n')
      expect(native).toEqual(expect.arrayContaining(['loaded', 'warned']))
      expect(native.length).toBeLessThanOrEqual(4)
    })
  })
}
