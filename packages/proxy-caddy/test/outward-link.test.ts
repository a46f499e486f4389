import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { refuseOutwardLinks } from '../src/outward-link.ts'

async function site(links: Readonly<Record<string, string>>) {
  const directory = await mkdtemp(join(tmpdir(), 'hop3-links-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  const root = join(directory, 'site')
  await mkdir(join(root, 'deep'), { recursive: true })
  await writeFile(join(directory, 'secret'), '')
  for (const [path, target] of Object.entries(links)) await symlink(target, join(root, path))
  return routeTo(root)
}

function routeTo(address: string) {
  const upstreams = [{ address, port: null }]
  return { appName: 'shop', release: 'r1', hosts: [], protocol: 'static', upstreams, staticPaths: {}, port: 1, spa: false } as const
}

const refused = { code: 'deploy.proxy.route' }

test('links that stay inside are taken, whether anything is there or not', async () => {
  const route = await site({ 'a.html': 'deep', 'deep/up': '../a.html', none: 'deep/later', one: 'other', other: 'one' })
  await expect(refuseOutwardLinks(route)).resolves.toBeUndefined()
})

test('a link out is refused, and so is one that leads to nothing yet', async () => {
  for (const target of ['../secret', '../later', '/nowhere/at/all', 'deep/../../later']) {
    await expect(refuseOutwardLinks(await site({ link: target }))).rejects.toMatchObject(refused)
  }
})

test('a directory that cannot be looked through is refused, one that is missing is not', async () => {
  const { upstreams } = await site({})
  const file = join(upstreams.map(({ address }) => address).join(), 'file')
  await writeFile(file, '')
  await expect(refuseOutwardLinks(routeTo(file))).rejects.toMatchObject(refused)
  await refuseOutwardLinks(routeTo(join(file, '../missing')))
})
