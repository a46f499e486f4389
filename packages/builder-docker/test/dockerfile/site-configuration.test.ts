import { execFileSync, spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tempApp } from '@hop3/testing'
import { describe, expect, test } from 'vitest'
import { siteConfiguration } from '../../src/dockerfile/site-configuration.ts'

const isThere = spawnSync('caddy', ['version']).status === 0
const isSkipped = !isThere && process.env['HOP3_REQUIRE'] !== 'all'

describe.skipIf(isSkipped)(`what Caddy is told of a site${isThere ? '' : ' (needs: apt-get install caddy)'}`, () => {
  test.each([false, true])('is written as Caddy itself would write it, and nothing of it makes it warn (single page: %s)', async (spa) => {
    const directory = await tempApp()
    const script = siteConfiguration(spa).replace(/^RUN /, '').replaceAll('/etc/caddy', directory)
    execFileSync('sh', ['-euc', script])
    const file = join(directory, 'Caddyfile')
    expect(execFileSync('caddy', ['fmt', file], { encoding: 'utf8' })).toBe(await readFile(file, 'utf8'))
    const { status, stderr } = spawnSync('caddy', ['adapt', '--config', file, '--adapter', 'caddyfile'], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([0, ''])
  })
})
