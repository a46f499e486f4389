/** Apps in other languages than Node's, whose scripts and styles a package.json builds. */
import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { writeAll } from '../src/apps.ts'
import { deployUnchanged } from '../src/deployed-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const timeout = 300_000
const execute = promisify(execFile)

const host = machineOfFile()
/** What a bundler does, without one to download. */
const bundler = (from: string, to: string): Readonly<Record<string, string>> => ({
  'package.json': JSON.stringify({ private: true, scripts: { dev: 'vite', build: 'node bundle.js' } }),
  'bundle.js': `const fs = require('node:fs')\nfs.mkdirSync(require('node:path').dirname('${to}'), { recursive: true })\nfs.writeFileSync('${to}', fs.readFileSync('${from}', 'utf8').trim() + ' in ' + process.env.NODE_ENV)\n`,
})

it.skipIf(lacks('php'))('PHP answers with what its package.json built', { timeout }, async () => {
  const source = await sourceOf('wares', {
    'public/index.php': '<?php\necho file_get_contents(__DIR__ . "/build/app.css");\n',
    'resources/app.css': 'body {}\n',
    ...bundler('resources/app.css', 'public/build/app.css'),
  })
  const app = await deployUnchanged(host.machine, source)
  expect(await app.get('/any')).toEqual({ status: 200, body: 'body {} in production' })
  expect(await app.get('/build/app.css')).toEqual({ status: 200, body: 'body {} in production' })
})

it.skipIf(lacks('uv'))('Django collects what its package.json built', { timeout }, async () => {
  const source = await sourceOf('mysite', bundler('styles/shop.css', 'built/shop.css'))
  await execute('uvx', ['--from', 'django>=5.2,<5.3', 'django-admin', 'startproject', 'mysite', source])
  await writeAll(source, {
    'styles/shop.css': 'p {}\n',
    'requirements.txt': 'django>=5.2,<5.3\n',
  })
  await execute('sh', [
    '-c',
    `printf "\\nSTATIC_ROOT = BASE_DIR / 'static'\\nSTATICFILES_DIRS = [BASE_DIR / 'built']\\nALLOWED_HOSTS = ['*']\\n" >> ${join(source, 'mysite/settings.py')}`,
  ])
  const app = await deployUnchanged(host.machine, source)
  expect(await app.get('/static/shop.css')).toEqual({ status: 200, body: 'p {} in production' })
})

async function sourceOf(name: string, files: Readonly<Record<string, string>>): Promise<string> {
  const source = join(host.machine.directory, name)
  await mkdir(source)
  await writeAll(source, files)
  return source
}
