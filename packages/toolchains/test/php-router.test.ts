/** The router in the server it is written for. */
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { freePort, tempApp } from '@hop3/testing'
import type { Files } from '@hop3/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { planOf } from './plan-app.ts'

const isThere = hasPhp()
const servers: ChildProcess[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.once('exit', resolve).kill())))
})

describe.skipIf(!isThere && process.env['HOP3_REQUIRE'] !== 'all')('the router, which needs php-cli,', () => {
  const page = '<?php echo $_SERVER["SCRIPT_NAME"], " ", $_SERVER["REQUEST_URI"];'

  test('answers files, runs scripts, and gives index.php everything else', async () => {
    const ask = await serve('public', {
      'public/index.php': page,
      'public/site.css': 'body {}',
      'public/two words.txt': 'two words',
      'public/info.php': '<?php echo "info";',
      'public/admin/index.php': '<?php echo "admin";',
      'public/docs/index.html': 'docs',
      'public/.well-known/x.txt': 'well known',
      'secret.txt': 'secret',
    })
    const answers = ['/', '/a/b?c=d', '/a/b.json', '/docs2', '/x%00.css']
    for (const path of answers) expect(await ask(path)).toEqual({ status: 200, body: `/index.php ${path}` })
    for (const path of ['/..%2fsecret.txt', '/../secret.txt']) expect(await ask(path)).toEqual({ status: 404, body: 'Not found' })
    expect(await ask('/site.css')).toEqual({ status: 200, body: 'body {}' })
    expect(await ask('/two%20words.txt')).toEqual({ status: 200, body: 'two words' })
    expect(await ask('/info.php')).toEqual({ status: 200, body: 'info' })
    expect(await ask('/admin/')).toEqual({ status: 200, body: 'admin' })
    expect(await ask('/docs/')).toEqual({ status: 200, body: 'docs' })
    expect(await ask('/.well-known/x.txt')).toEqual({ status: 200, body: 'well known' })
    expect(await ask('/admin')).toEqual({ status: 301, body: '' })
  })

  test('hides what is private, and what lies outside', async () => {
    const files = ['.env', '.git/config', 'composer.json', 'hop3.toml', 'vendor/autoload.php', 'data.sqlite', 'Procfile', 'dump.SQL']
    const ask = await serve('.', {
      'index.php': page,
      'robots.txt': 'robots',
      ...Object.fromEntries(files.map((file) => [file, '{ "a": "secret" }'])),
    })
    for (const file of [...files, 'VENDOR/../vendor/autoload.php', '%2eenv', './.env', 'outside']) {
      expect({ file, ...(await ask(`/${file}`)) }).not.toMatchObject({ body: expect.stringContaining('secret') })
    }
    for (const file of files) {
      expect({ file, ...(await ask(`/${file}`)) }).toEqual({ file, status: 404, body: 'Not found' })
      expect(await ask(`/%2f${file}`)).toEqual({ status: 404, body: 'Not found' })
    }
    expect(await ask('/robots.txt')).toEqual({ status: 200, body: 'robots' })
    expect(await ask('/vendors')).toEqual({ status: 200, body: '/index.php /vendors' })
  })
})

interface Answer {
  readonly status: number | undefined
  readonly body: string
}

async function serve(root: string, files: Files): Promise<(path: string) => Promise<Answer>> {
  const directory = await tempApp(files)
  const outside = await tempApp({ 'file.txt': 'secret' })
  symlinkSync(join(outside, 'file.txt'), join(directory, root, 'outside'))
  const { phases } = await planOf('php', files)
  execFileSync('/bin/sh', ['-e', '-c', phases['build']?.cmds?.[0] ?? ''], { cwd: directory })
  const port = await freePort()
  const words = ['-S', `127.0.0.1:${port}`, '-t', root, '.hop3-tools/router.php']
  const server = spawn('php', words, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] })
  servers.push(server)
  await new Promise<void>((resolve, reject) => {
    server.once('exit', () => reject(new Error('php ended')))
    server.stderr.on('data', (text: Buffer) => text.includes('started') && resolve())
  })
  return (path) => get(port, path)
}

/** As it is written: `fetch` would resolve the dots. */
function get(port: number, path: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => (body += text))
      response.on('end', () => resolve({ status: response.statusCode, body }))
    })
      .on('error', reject)
      .end()
  })
}

function hasPhp(): boolean {
  try {
    execFileSync('php', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
