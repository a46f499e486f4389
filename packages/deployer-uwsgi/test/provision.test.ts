import { readdir, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { deploymentContextFor, testHost, type TestHost } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { layoutOf } from '../src/layout.ts'
import { provision } from '../src/provision.ts'
import { findPython, onPath, type Python } from '../src/python-interpreter.ts'
import { isSkipped, need } from './flavors.ts'

describe.skipIf(isSkipped('wheel'))(`the uWSGI that is provisioned${need('wheel')}`, { timeout: 120_000 }, () => {
  test('what one command was given stays when another has provided the same meanwhile', async () => {
    const host = await testHost()
    const python = await pythonOf(host)
    const layout = layoutOf(host.home)
    const context = await deploymentContextFor(host)
    let reached = (): void => {}
    const installed = new Promise<void>((resolve) => (reached = resolve))
    let letGo = (): void => {}
    const first = new Promise<void>((resolve) => (letGo = resolve))
    // The slower of two commands at once: it has found nothing there, and has installed when the other already runs what it was given.
    const run: TestHost['run'] = async (command) => {
      const result = await context.run(command)
      if (!command.args.includes('--require-hashes')) return result
      reached()
      await first
      return result
    }
    const slower = provision({ ...context, run }, layout, python)
    await installed
    const argv = await provision(context, layout, python)
    const before = await stat(argv[1] ?? '')
    letGo()
    expect(await slower).toEqual(argv)
    expect((await stat(argv[1] ?? '')).ino).toBe(before.ino)
    expect(await readdir(layout.tools)).toHaveLength(1)
    expect(await versionOf(host, argv)).toMatchObject({ exitCode: 0 })
  })

  test('what another Hop3 has left half or otherwise is provided anew', async () => {
    const host = await testHost()
    const python = await pythonOf(host)
    const context = await deploymentContextFor(host)
    const argv = await provision(context, layoutOf(host.home), python)
    await writeFile(argv[1] ?? '', 'raise SystemExit(3)\n')
    expect(await provision(context, layoutOf(host.home), python)).toEqual(argv)
    expect(await versionOf(host, argv)).toMatchObject({ exitCode: 0 })
    expect(await readdir(dirname(dirname(argv[1] ?? '')))).toHaveLength(1)
  })
})

async function pythonOf(host: TestHost): Promise<Python> {
  const python = await findPython({ ...(await deploymentContextFor(host)) }, onPath(host.toolEnv['PATH'], ['python3']))
  if (python === undefined) throw new Error('There is no python3 on PATH.')
  return python
}

function versionOf({ run, toolEnv }: TestHost, [file = '', ...args]: readonly string[]): ReturnType<TestHost['run']> {
  return run({ file, args: [...args, '--version'], cwd: '/', env: toolEnv })
}
