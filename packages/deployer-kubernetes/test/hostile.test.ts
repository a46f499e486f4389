/** Nothing a user wrote becomes configuration or a reference of the cluster's: byte for byte through the real API server and kubelet, or refused. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, inject, test } from 'vitest'
import { isHop3Error, shellQuote } from '@hop3/core'
import { distinctValues } from '@hop3/testing'
import { checkEnvironment } from '../src/environment.ts'
import { stage } from './staged.ts'

const skipped = inject('skipped')

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 300_000 }, () => {
  test('5 000 values reach a pod byte for byte, and nothing of them is on this host', async () => {
    const values = distinctValues(5_000, 1)
    const appEnv = Object.fromEntries(values.map((value, at) => [`H${at}`, value]))
    const { deployer, context, host } = await stage({
      image: inject('kubernetes').scratch,
      runtime: { workers: { web: '' }, healthcheckTimeout: 60 },
      context: { appEnv },
    })
    const { address, port } = await deployer.deploy()
    const text = await (await fetch(`http://${address}:${port}/env`)).text()
    const seen = new Map(text.split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
    expect(
      Object.entries(appEnv)
        .filter(([name, value]) => seen.get(name) !== value)
        .slice(0, 3),
    ).toEqual([])
    const others = [...seen.keys()].filter((name) => !Object.hasOwn(appEnv, name) && !name.startsWith('KUBERNETES_'))
    expect(others.toSorted()).toEqual([
      'APP',
      'BIND_ADDRESS',
      'HOME',
      'HOP3_DATA',
      'HOP3_RELEASE',
      'HOP3_TESTING_WORKER',
      'HOSTNAME',
      'PATH',
      'PORT',
      'PROC_TYPE',
    ])
    const kept = join(context.directories.home, 'kubernetes')
    const files = (await readdir(kept, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
    const texts = await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name), 'utf8')))
    expect(texts.filter((one) => one.includes('${X:?no}'))).toEqual([])
    expect(host.commands).toEqual([])
  })

  test('2 000 arguments reach a program without a shell', async () => {
    const words = distinctValues(2_001, 10).filter((one) => one.length < 100_000)
    const argv = ['/app/server', 'serve', '', ...words]
    const { deployer } = await stage({ image: inject('kubernetes').scratch, metadata: { workers_argv: { web: argv } } })
    const { address, port } = await deployer.deploy()
    expect(await (await fetch(`http://${address}:${port}/args`)).json()).toEqual(argv)
  })

  test('1 000 of them in one command reach it through its shell', async () => {
    const words = distinctValues(1_001, 5).filter((one) => one.length < 60)
    const web = `exec /app/server serve '' ${words.map(shellQuote).join(' ')}`
    const { deployer } = await stage({ runtime: { workers: { web } } })
    const { address, port } = await deployer.deploy()
    expect(words.length).toBeGreaterThan(900)
    expect(await (await fetch(`http://${address}:${port}/args`)).json()).toEqual(['/app/server', 'serve', '', ...words])
  })

  test('2 000 names reach a pod, or are refused', async () => {
    const names = distinctValues(1_000, 7).flatMap((value, at) => [value, `N${at}${value.replaceAll(/[^\w.-]/g, '-')}`])
    const refusals = new Map(names.map((name) => [name, refusalOf(name)]))
    expect(new Set(refusals.values())).toEqual(new Set([undefined, 'deploy.kubernetes.env-name']))
    const taken = names.filter((name) => refusals.get(name) === undefined)
    const { deployer } = await stage({
      image: inject('kubernetes').scratch,
      runtime: { workers: { web: '' } },
      context: { appEnv: Object.fromEntries(taken.map((name) => [name, name])) },
    })
    const { address, port } = await deployer.deploy()
    const seen = new Set((await (await fetch(`http://${address}:${port}/env`)).text()).split('\0'))
    expect(taken.length).toBeGreaterThan(900)
    expect(taken.filter((name) => !seen.has(`${name}=${name}`))).toEqual([])
  })

  test.each([
    ['NUL', { A: 'x\0y' }, 'deploy.kubernetes.env-value'],
    ['half of a surrogate pair', { A: 'x\udc80' }, 'deploy.kubernetes.env-value'],
    ['131071', { A: 'x'.repeat(131_072) }, 'deploy.kubernetes.env-value'],
    ['letters, digits', { 'A\nB': 'x' }, 'deploy.kubernetes.env-name'],
    ['Secret', Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`A${at}`, 'x'.repeat(100_000)])), 'deploy.kubernetes.env-size'],
  ])('what no pod can be given (%s) is refused before anything is written', async (reason, appEnv, code) => {
    const { deployer } = await stage({ context: { appEnv } })
    await expect(deployer.deploy()).rejects.toMatchObject({
      code,
      message: expect.stringContaining(reason),
      hint: expect.stringMatching(/\S/),
    })
    expect(await deployer.status()).toEqual([])
  })

  test('a command of a hostile text runs as it is', async () => {
    const { deployer, host } = await stage()
    const text = `a'"$(HOME)$$\${HOME}\\ \t 😀`
    expect(await deployer.exec?.(`printf %s '${text.replaceAll("'", `'\\''`)}'`, { stdio: 'lines' })).toBe(0)
    expect(host.events.map((event) => event.text)).toContain(text)
  })
})

function refusalOf(name: string): string | undefined {
  try {
    checkEnvironment({ [name]: 'x' }, 'app')
    return undefined
  } catch (error) {
    return isHop3Error(error) ? error.code : String(error)
  }
}
