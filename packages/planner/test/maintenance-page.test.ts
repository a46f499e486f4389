import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { longestPage } from '@hop3/core'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import { readAppConfig } from '../src/index.ts'
import { rejectionOf } from './error-of.ts'

const hop3Toml = (path: string): string => `[deploy]\nspa = true\nmaintenance-page = ${JSON.stringify(path)}\n`

test('a page travels with the configuration, as it was written', async () => {
  const page = `<h1>Back soon</h1>\r\n${'\0"\\${a} {env.HOME} é😀\u2028 '.repeat(1000)}`
  const sourcePath = await tempApp({ 'hop3.toml': hop3Toml('public/503.html'), 'public/503.html': page })
  const { deploy, origins } = await readAppConfig({ sourcePath })
  expect(deploy.maintenancePage).toBe(page)
  expect([deploy.spa, origins['deploy.maintenancePage']]).toEqual([true, 'hop3.toml:3:1'])
})

test('its path begins at the directory of the app', async () => {
  const config = `[build]\nroot = "apps/web"\n${hop3Toml('503.html')}`
  const sourcePath = await tempApp({ 'hop3.toml': config, 'apps/web/503.html': 'of the app', '503.html': 'of the workspace' })
  expect((await readAppConfig({ sourcePath })).deploy.maintenancePage).toBe('of the app')
})

test('without one there is none', async () => {
  const sourcePath = await tempApp({ 'hop3.toml': '[deploy]\nspa = true\n' })
  expect((await readAppConfig({ sourcePath })).deploy).not.toHaveProperty('maintenancePage')
})

test('what is no page of the app is refused, naming the line', async () => {
  const directory = await tempApp({ 'outside.html': 'secret', 'app/page.txt': 'text', 'app/fits.html': 'x'.repeat(longestPage) })
  const sourcePath = join(directory, 'app')
  await symlink('../outside.html', join(sourcePath, 'link.html'))
  await mkdir(join(sourcePath, 'directory.html'))
  await writeFile(join(sourcePath, 'latin1.html'), Buffer.from('é', 'latin1'))
  await writeFile(join(sourcePath, 'large.html'), 'é'.repeat(longestPage / 2 + 1))
  await writeFile(join(sourcePath, 'huge.html'), 'x'.repeat(5 * 1024 * 1024))
  const wrong: readonly (readonly [path: string, saw: string])[] = [
    ['none.html', 'there is no file "none.html".'],
    ['', 'it is a directory'],
    ['../outside.html', 'is not a path inside the app.'],
    [join(directory, 'outside.html'), 'is not a path inside the app.'],
    ['/fits.html', 'is not a path inside the app.'],
    ['fits.html\0', 'is not a path inside the app.'],
    ['link.html', 'a link that leads out of the app.'],
    ['directory.html', 'it is a directory'],
    ['latin1.html', 'line 1 is not UTF-8.'],
    ['page.txt', '"page.txt" does not end in .html.'],
    ['large.html', '"large.html" is larger than 256 KiB.'],
    ['huge.html', 'it is larger than 4 MiB.'],
  ]
  for (const [path, saw] of wrong) {
    await writeFile(join(sourcePath, 'hop3.toml'), hop3Toml(path))
    const { code, message, hint } = await rejectionOf(readAppConfig({ sourcePath }))
    expect([path, code, message]).toEqual([path, 'config.maintenance-page', expect.stringContaining('hop3.toml:3:1: ')])
    expect([message, hint]).toEqual([expect.stringContaining(saw), expect.stringMatching(/\S/)])
  }
  await writeFile(join(sourcePath, 'hop3.toml'), hop3Toml('fits.html'))
  expect((await readAppConfig({ sourcePath })).deploy.maintenancePage).toHaveLength(longestPage)
})
