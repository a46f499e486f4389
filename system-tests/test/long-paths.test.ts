import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRun, systemClock } from '@hop3/core'
import { createHome } from '@hop3/releases'
import { expect, it, onTestFinished } from 'vitest'
import { createCommandLine } from '../src/command-line.ts'

it(
  'a home whose path is too long for sockets leaves nothing of them when all is stopped, and starts again',
  { timeout: 90_000 },
  async () => {
    const parent = await mkdtemp(join(tmpdir(), `hop3-${'long-'.repeat(16)}`))
    onTestFinished(() => rm(parent, { recursive: true, force: true }))
    const commandLine = await createCommandLine({ parent })
    onTestFinished(() => commandLine.dispose())
    const app = join(commandLine.directory, 'app')
    await mkdir(app)
    await writeFile(join(app, 'Procfile'), 'web: node server.js\n')
    await writeFile(join(app, 'package.json'), '{"name":"app","version":"1.0.0"}')
    await writeFile(
      join(app, 'server.js'),
      "require('node:http').createServer((_, answer) => answer.end('hi')).listen(process.env.HOP3_SOCKET)",
    )
    const { runPath } = createHome({ path: commandLine.home, clock: systemClock, run: createRun() })
    expect(runPath).toMatch(/^\/tmp\/hop3-/)

    const { exitCode, result } = await commandLine.hop3(['deploy', app, '--json'])
    expect(exitCode).toBe(0)
    const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${String(result['port'])}/`)).text()
    expect(await ask()).toBe('hi')
    expect((await commandLine.hop3(['stop', '--all'])).exitCode).toBe(0)
    await expect(access(runPath)).rejects.toMatchObject({ code: 'ENOENT' })
    expect((await commandLine.hop3(['start', '--all'])).exitCode).toBe(0)
    expect(await ask()).toBe('hi')
  },
)
