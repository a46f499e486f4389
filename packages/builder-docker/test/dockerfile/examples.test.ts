/** Three examples of the repository as real images, from nothing but their plans. */
import { execFile, execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { rmSync, writeFileSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterEach, expect, test } from 'vitest'
import { planDockerfile } from '../../src/dockerfile/dockerfile.ts'
import { docker, lacksEngine } from '../engine-fixture.ts'
import { examples, plannedExample } from './planned-apps.ts'

const undo: (() => unknown)[] = []
afterEach(async () => {
  for (const one of undo.splice(0).toReversed()) await one()
})

/** Uncompressed, in MB: what the best generator known makes of the same apps, less a tenth. */
const most = { 'node-npm': 283, 'python-pip': 322, 'go-http': 77 } as const

test.skipIf(lacksEngine()).each(Object.entries(most))(
  '%s answers, is smaller than %i MB, and an edit installs nothing',
  { timeout: 300_000 },
  async (name, size) => {
    const source = await mkdtemp(join(tmpdir(), 'hop3-image-'))
    undo.push(() => rm(source, { recursive: true }))
    await cp(join(examples, name), source, { recursive: true, filter: (path) => !/[\\/](?:node_modules|\.venv)$/.test(path) })
    const { text } = planDockerfile({ planned: await plannedExample(name), appName: name, buildkit: true })
    const check = JSON.parse(await readFile(join(examples, name, 'check.json'), 'utf8'))

    const image = build(text, source)
    expect(Number(docker('image', 'inspect', '--format', '{{.Size}}', image.tag))).toBeLessThan(size * 1e6)
    for (const { path, status, contains } of check.requests)
      expect(await ask(serve(image.tag), path)).toEqual({ status, body: expect.stringContaining(contains) })

    const file = join(source, check.edit.path)
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll(check.edit.replace, check.edit.with))
    const edited = build(text, source)
    expect(await ask(serve(edited.tag), '/')).toEqual({ status: 200, body: expect.stringContaining(check.edit.answers) })
    expect(edited.ran.filter((step) => /npm ci|pip install/.test(step))).toEqual([])
  },
)

test.skipIf(lacksEngine())('a wsgi worker that is told to end answers the requests it has', { timeout: 300_000 }, async () => {
  const source = await mkdtemp(join(tmpdir(), 'hop3-image-'))
  undo.push(() => rm(source, { recursive: true }))
  await cp(join(examples, 'python-pip'), source, { recursive: true, filter: (path) => !path.endsWith('.venv') })
  const answer = `time.sleep(2 if e["PATH_INFO"] == "/slow" else 0) or s("200 OK", []) and [b"answered"]`
  await writeFile(join(source, 'shop/__init__.py'), `import time\ndef create_app():\n    return lambda e, s: ${answer}\n`)
  const { text } = planDockerfile({ planned: await plannedExample('python-pip'), appName: 'shop', buildkit: true })
  const id = serve(build(text, source).tag)
  expect(await ask(id, '/')).toEqual({ status: 200, body: 'answered' })
  const slow = ask(id, '/slow')
  await setTimeout(500)
  await promisify(execFile)('docker', ['stop', id])
  expect(await slow).toEqual({ status: 200, body: 'answered' })
})

/** The image, and the steps that were not cached. */
function build(dockerfile: string, context: string): { readonly tag: string; readonly ran: readonly string[] } {
  const tag = `hop3-test-image:${randomBytes(4).toString('hex')}`
  // Beside what is copied.
  const file = `${context}.Dockerfile`
  writeFileSync(file, dockerfile)
  undo.push(() => rmSync(file, { force: true }))
  const args = ['buildx', 'build', '--load', '--progress', 'plain', '--tag', tag, '--file', file, context]
  const log = execFileSync('sh', ['-c', 'exec "$0" "$@" 2>&1', 'docker', ...args], { encoding: 'utf8' })
  undo.push(() => docker('rmi', '--force', tag))
  const steps = [...log.matchAll(/^#(\d+) (\[.*\] .*)$/gm)].map(([, number, step]) => ({ number, step: step ?? '' }))
  return { tag, ran: steps.flatMap(({ number, step }) => (log.includes(`\n#${number} CACHED\n`) ? [] : [step])) }
}

/** The container's id. */
function serve(tag: string): string {
  const id = docker('run', '--detach', '--publish', '127.0.0.1::8080', tag)
  undo.push(() => docker('rm', '--force', id))
  return id
}

async function ask(id: string, path: string): Promise<{ readonly status: number; readonly body: string }> {
  const address = docker('port', id, '8080').split('\n')[0] ?? ''
  const latest = Date.now() + 60_000
  for (;;) {
    try {
      const answer = await fetch(`http://${address}${path}`, { signal: AbortSignal.timeout(10_000) })
      return { status: answer.status, body: await answer.text() }
    } catch (error) {
      if (Date.now() > latest) throw new Error(docker('logs', id), { cause: error })
      await setTimeout(100)
    }
  }
}
