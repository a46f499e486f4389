import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveHttp, testHost } from '@hop3/testing'
import { afterEach, expect, it } from 'vitest'
import { hostServerFindings } from '../src/doctor/host-server.ts'

const children: ChildProcess[] = []
afterEach(async () => {
  for (const child of children.splice(0)) await endOf(child)
})

const env = { PATH: `${process.env['PATH']}:/usr/sbin`, HOME: '/nonexistent' }

const kinds = [
  {
    program: '/usr/sbin/nginx',
    setUp: async (etc: string) => {
      await mkdir(join(etc, 'nginx/conf.d'), { recursive: true })
      const temporaries = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${etc}/${name};`).join(' ')
      const http = `http { access_log off; ${temporaries} include ${etc}/nginx/conf.d/*.conf; server { listen PORT default_server; return 200 host; } }`
      return { 'nginx/nginx.conf': `daemon off; pid ${etc}/pid; error_log ${etc}/log; events {} ${http}` }
    },
    args: (etc: string) => ['-p', etc, '-e', `${etc}/log`, '-c', `${etc}/nginx/nginx.conf`],
    // As the finding says it, for a nginx whose configuration lies elsewhere.
    command: (fix: string, etc: string) => fix.replaceAll('nginx -', `nginx -p ${etc} -e ${etc}/log -c ${etc}/nginx/nginx.conf -`),
  },
  {
    program: '/usr/bin/caddy',
    setUp: async (etc: string) => {
      await mkdir(join(etc, 'caddy'), { recursive: true })
      const global = `{\n\tadmin unix/${etc}/admin.sock\n\tauto_https off\n}\n`
      return { 'caddy/Caddyfile': `${global}http://:PORT {\n\trespond host\n}\n` }
    },
    args: (etc: string) => ['run', '--config', `${etc}/caddy/Caddyfile`],
    command: (fix: string) => fix,
  },
]

for (const { program, setUp, args, command } of kinds) {
  const isSkipped = process.env['HOP3_REQUIRE'] !== 'all' && !existsSync(program)
  it.skipIf(isSkipped)(
    `doctor shows the one line by which ${program} of the host leads to the apps, and edits nothing`,
    { timeout: 60_000 },
    async () => {
      const machine = await testHost()
      const { directory } = machine
      await chmod(directory, 0o755)
      const etc = join(directory, 'etc')
      const home = join(directory, `it's "my" home; #`)
      const port = await machine.reservePort('host')
      const files = Object.entries(await setUp(etc)).map(([name, text]) => [name, text.replaceAll('PORT', String(port))] as const)
      for (const [name, text] of files) await writeFile(join(etc, name), text)
      const child = spawn(program, args(etc), { env: { ...env, HOME: etc }, stdio: 'ignore' })
      children.push(child)
      await expect.poll(() => ask(port, 'elsewhere.example'), { timeout: 10_000 }).toBe('host')
      const { upstream } = await serveHttp((incoming, response) => response.end(`app ${incoming.headers.host}`))
      const listen = { address: '127.0.0.1', port: upstream.port ?? 0 }
      const foundOf = async (path: string, ...hosts: readonly string[]): ReturnType<typeof hostServerFindings> =>
        hostServerFindings({ home: path, listen, own: [], hosts: async () => hosts }, { etc, port })
      const found = (...hosts: readonly string[]): ReturnType<typeof foundOf> => foundOf(home, ...hosts)
      const run = (fix = ''): void => void execFileSync('sh', ['-c', command(fix, etc)], { env, stdio: 'pipe' })
      expect(await found()).toEqual([])
      const [finding] = await found('www.example.com')
      expect(finding).toMatchObject({ state: 'note', seen: expect.stringContaining('www.example.com') })
      for (const [name, text] of files) expect(await readFile(join(etc, name), 'utf8')).toBe(text)
      run(finding?.fix)
      await expect.poll(() => ask(port, 'www.example.com'), { timeout: 10_000 }).toBe(`app www.example.com:${port}`)
      expect(await ask(port, 'elsewhere.example')).toBe('host')
      await becomes('ok', () => found('www.example.com'))
      const [changed] = await found('new.example', 'www.example.com')
      expect(changed).toMatchObject({ state: 'note', seen: expect.stringContaining('to new.example, www.example.com yet') })
      // Nobody has done it.
      expect(await found('new.example', 'www.example.com')).toEqual([changed])
      run(changed?.fix)
      await expect.poll(() => ask(port, 'new.example'), { timeout: 10_000 }).toBe(`app new.example:${port}`)
      await chmod(home, 0o700)
      const both = (): ReturnType<typeof found> => found('new.example', 'www.example.com')
      // nginx reads as root what it includes.
      await becomes(program.endsWith('caddy') ? 'note' : 'ok', both)
      const [closed] = await both()
      run(closed?.fix)
      await becomes('ok', both)
      const other = join(directory, 'other')
      const [second] = await foundOf(other, 'second.example')
      run(second?.fix)
      await expect.poll(() => ask(port, 'second.example'), { timeout: 10_000 }).toBe(`app second.example:${port}`)
      expect(await ask(port, 'new.example')).toBe(`app new.example:${port}`)
      await becomes('ok', both)
      await becomes('ok', () => foundOf(other, 'second.example'))
      const nowhere = { address: '127.0.0.1', port: await machine.reservePort('nowhere') }
      const lost = (): ReturnType<typeof found> =>
        hostServerFindings({ home, listen: nowhere, own: [], hosts: async () => ['www.example.com'] }, { etc, port })
      run((await lost())[0]?.fix)
      const seen = `it leads to 127.0.0.1:${nowhere.port}, and reaches nothing there`
      await expect.poll(lost, { timeout: 10_000 }).toMatchObject([{ state: 'note', seen }])
      const odd = await foundOf(`${home}*`, 'a.example')
      expect(odd).toMatchObject([{ state: 'note', seen: expect.stringContaining('holds "*"') }])
      const own = await hostServerFindings({ home, listen, own: [child.pid ?? 0], hosts: async () => ['a.example'] }, { etc, port })
      expect(own).toEqual([])
    },
  )
}

/** Workers of nginx that leave take a connection more. */
async function becomes(state: string, found: () => ReturnType<typeof hostServerFindings>): Promise<void> {
  await expect.poll(found, { timeout: 10_000 }).toMatchObject([{ state }])
}

function ask(port: number, host: string): Promise<string> {
  return new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port, agent: false, headers: { host: `${host}:${port}` } }, (incoming) => {
      let text = ''
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      incoming.once('end', () => resolve(text))
    })
    outgoing.once('error', (error) => resolve(error.message))
    outgoing.end()
  })
}

async function endOf(program: ChildProcess): Promise<void> {
  program.kill('SIGTERM')
  while (program.exitCode === null && program.signalCode === null) await sleep(20)
}
