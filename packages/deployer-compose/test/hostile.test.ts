import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { formatDocument } from '../src/document.ts'
import { distinctValues } from '@hop3/testing'
import { stage } from './staged.ts'
import { flavors, isSkipped, useImages } from './test-images.ts'

const images = useImages()

for (const [index, flavor] of flavors.entries()) {
  describe.skipIf(isSkipped(flavor))(`through the real ${flavor.name}`, { timeout: 180_000 }, () => {
    test('5 000 values reach a container byte for byte, and nothing else of the host does', async () => {
      const values = distinctValues(5_000, index + 1)
      const appEnv = Object.fromEntries(values.map((value, at) => [`H${at}`, value]))
      const { deployer, context, host, ask } = await stage({
        flavor,
        image: images.scratch,
        runtime: { workers: { web: '' } },
        context: { appEnv },
      })
      await deployer.deploy()
      const seen = new Map(
        (await ask('/env')).split('\0').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      )
      const different = Object.entries(appEnv).filter(([name, value]) => seen.get(name) !== value)
      expect(different.slice(0, 3)).toEqual([])
      const others = [...seen.keys()].filter((name) => !Object.hasOwn(appEnv, name))
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
      const project = await projectOf(context.directories.home)
      expect((await stat(project)).mode & 0o777).toBe(0o700)
      expect((await stat(join(project, 'compose.json'))).mode & 0o777).toBe(0o600)
      const argv = JSON.stringify(host.commands.map(({ file, args, env }) => [file, args, env]))
      expect(argv).not.toContain('${X:?no}')
    })

    test('2 000 arguments reach a program without a shell', async () => {
      const words = distinctValues(2_001, index + 10).filter((one) => one.length < 100_000)
      const argv = ['/app/server', 'serve', '', ...words]
      const { deployer, ask } = await stage({ flavor, image: images.scratch, metadata: { workers_argv: { web: argv } } })
      await deployer.deploy()
      expect(JSON.parse(await ask('/args'))).toEqual(argv)
    })
  })

  test.skipIf(isSkipped(flavor)).each([
    ['NUL', { A: 'x\0y' }, 'deploy.compose.env-value'],
    ['half of a surrogate pair', { A: 'x\udc80' }, 'deploy.compose.env-value'],
    ['131071', { A: 'x'.repeat(131_072) }, 'deploy.compose.env-value'],
    ['letters, digits', { 'A\nB': 'x' }, 'deploy.compose.env-name'],
  ])(`what no process can be given (%s) is refused before ${flavor.name} is asked`, async (reason, appEnv, code) => {
    const { deployer } = await stage({ flavor, image: images.scratch, context: { appEnv } })
    await expect(deployer.deploy()).rejects.toMatchObject({
      code,
      message: expect.stringContaining(reason),
      hint: expect.stringMatching(/\S/),
    })
    expect(await deployer.status()).toEqual([])
  })
}

test('a document is JSON but for `$`, which is doubled, and what YAML would fold', () => {
  const service = {
    image: 'i',
    init: true,
    environment: ['A=$x\u0085😀'],
    labels: {},
    networks: [],
    restart: 'no',
    stop_grace_period: '1s',
    logging: { driver: 'json-file', options: {} },
  } as const
  const text = formatDocument({ services: { web: service }, networks: {} })
  expect(text).toContain(String.raw`"A=$$x\u0085😀"`)
  expect(JSON.parse(text)).toMatchObject({ services: { web: { environment: ['A=$$x\u0085😀'] } } })
})

async function projectOf(home: string): Promise<string> {
  const projects = join(home, 'compose', 'shop', 'projects')
  const [name = ''] = await readdir(projects)
  expect(await readFile(join(projects, name, 'compose.json'), 'utf8')).toContain('"services"')
  return join(projects, name)
}
