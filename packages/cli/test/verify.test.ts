/** `hop3 verify` and `hop3 releases` of releases that something has happened to. */
import { appendFile, mkdir, readdir, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tempApp } from '@hop3/testing'
import { expect, it, vi } from 'vitest'
import { hop3Command } from '../../../scripts/hop3-command.ts'
import { runCommand } from './hop3-process.ts'

vi.setConfig({ testTimeout: 90_000 })

it('tells releases that are as they were built from those that are not', async () => {
  const root = await tempApp({ 'site/index.html': 'hello', 'shop/Procfile': 'web: true\n', 'shop/server.sh': 'true\n' })
  const env = { PATH: process.env['PATH'] ?? '', HOME: root, HOP3_HOME: join(root, 'home'), HOP3_RUN: join(root, 'run') }
  const hop3 = async (...words: readonly string[]) => {
    const { exitCode, stdout, stderr } = await runCommand(hop3Command([...words, '--json']), { cwd: root, env })
    const result: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
    const releases: unknown = Reflect.get(Object(result), 'releases')
    const states = (Array.isArray(releases) ? releases : []).map(
      ({ state, kind }: { readonly state?: string; readonly kind?: string }) => state ?? kind,
    )
    return { exitCode, states, stderr }
  }
  const release = (app: string) => join(env.HOP3_HOME, 'apps', app, 'releases')
  for (const app of ['site', 'shop']) expect(await hop3('build', join(root, app), '--builder', 'local')).toMatchObject({ exitCode: 0 })
  const [site = '', shop = ''] = await Promise.all(['site', 'shop'].map(async (app) => join(release(app), await only(release(app)))))
  expect(await hop3('verify', 'site')).toMatchObject({ exitCode: 0, states: ['ok'] })
  expect(await hop3('export', 'shop', '-o', 'shop.hop3')).toMatchObject({ exitCode: 0 })
  expect(await hop3('import', 'shop.hop3', '--app', 'a-much-longer-name')).toMatchObject({ exitCode: 0 })
  expect(await hop3('verify', 'a-much-longer-name')).toMatchObject({ exitCode: 0, states: ['ok'] })

  await appendFile(join(site, 'source', 'index.html'), '!')
  expect(await hop3('verify', 'site')).toMatchObject({ exitCode: 50, states: ['damaged'] })
  // An app may write beside its files.
  await writeFile(join(shop, 'source', 'cache'), '')
  expect(await hop3('verify', 'shop')).toMatchObject({ exitCode: 0, states: ['changed'] })

  await symlink(join('releases', shop.slice(release('shop').length + 1)), join(release('shop'), '../current'))
  await rename(join(shop, 'BUILD_ARTIFACT.json'), join(root, 'artifact'))
  expect(await hop3('verify', 'shop')).toMatchObject({ exitCode: 50, states: ['damaged', 'damaged'] })
  await mkdir(join(shop, 'BUILD_ARTIFACT.json'))
  expect(await hop3('verify', 'shop')).toMatchObject({ exitCode: 50, states: ['damaged', 'damaged'] })
  await rm(join(shop, 'BUILD_ARTIFACT.json'), { recursive: true })
  await writeFile(join(shop, 'BUILD_ARTIFACT.json'), '{')
  expect(await hop3('releases', 'shop')).toMatchObject({ exitCode: 0, states: ['damaged'] })
  await unlink(join(release('shop'), '../current'))
  expect(await hop3('verify', 'shop')).toMatchObject({ exitCode: 50, states: ['damaged'] })
})

async function only(directory: string): Promise<string> {
  const [name] = await readdir(directory)
  return name ?? ''
}
