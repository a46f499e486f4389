import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isHop3Error } from '@hop3/core'
import { hostileTexts, proxyStageFor } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { quoted } from '../src/config-words.ts'
import { nginxProxy } from '../src/index.ts'
import { isSkipped, need } from './programs.ts'

const count = Math.max(4_000, Number(process.env['HOP3_HOSTILE_VALUES'] ?? 0))

describe.skipIf(isSkipped)(`hostile values${need}`, { timeout: 60_000 }, () => {
  test('a text reaches nginx byte for byte or is refused', async () => {
    const { context, host, ask } = await proxyStageFor(nginxProxy)()
    const { port } = context.listen
    const taken: string[] = []
    const values: string[] = []
    let refused = 0
    const wordOf = (text: string): string | undefined => {
      try {
        return quoted(text, 'the value')
      } catch (error) {
        if (isHop3Error(error) && error.code === 'deploy.proxy.route') return undefined
        throw error
      }
    }
    for (const text of hostileTexts(count)) {
      const word = wordOf(text)
      if (word === undefined) refused += 1
      else {
        taken.push(word)
        values.push(text)
      }
    }
    expect(refused).toBeGreaterThan(100)
    expect(taken.length).toBeGreaterThan(500)
    const at = (name: string): string => join(host.directory, name)
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${at(name)};`).join(' ')
    const locations = taken.map((word, index) => `location = /${index} { return 200 ${word}; }`).join('\n')
    await writeFile(
      at('nginx.conf'),
      `pid ${at('pid')}; events {} http { access_log off; ${temporary} server { listen 127.0.0.1:${port}; ${locations} } }`,
    )
    const nginx = (...more: string[]): void =>
      void execFileSync('nginx', ['-p', host.directory, '-e', at('err'), '-c', at('nginx.conf'), ...more], {
        env: { PATH: `${host.toolEnv['PATH']}:/usr/sbin` },
        stdio: 'pipe',
        cwd: host.directory,
      })
    nginx()
    onTestFinished(() => nginx('-s', 'stop'))
    for (const [index, text] of values.entries()) {
      expect((await ask({ path: `/${index}` })).body).toBe(text)
    }
  })
})
