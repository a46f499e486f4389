import { execFileSync } from 'node:child_process'
import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import { systemClock, type WorkerStatus } from '@hop3/core'
import { identifySelf } from '@hop3/core/processes'
import { tempApp, testHost } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { composeDeployer } from '../src/index.ts'
import { layoutOf } from '../src/layout.ts'
import { homeMark, networkName } from '../src/names.ts'
import { inspected } from './inspected.ts'
import { stage } from './staged.ts'
import { flavors, isSkipped, useImages } from './test-images.ts'

const images = useImages()

describe.each(flavors)('with $name', (flavor) => {
  describe.skipIf(isSkipped(flavor))('on the real engine', { timeout: 180_000 }, () => {
    test('limits hold, and those of a component before the others', async () => {
      const options = { compose: { memory: '96m', cpus: 0.5 }, component: { clock: { 'memory-limit': '64M' } } }
      const workers = { web: '/app/server', clock: 'exec sleep 1000' }
      const staged = await stage({ flavor, image: images.shell, runtime: { workers }, config: { options } })
      await staged.deployer.deploy()
      expect(await inspected(staged, 'web', '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}}')).toBe(`${96 * 1024 ** 2} 500000000`)
      expect(await inspected(staged, 'clock', '{{.HostConfig.Memory}}')).toBe(String(64 * 1024 ** 2))
    })

    test('secrets are files an image’s own user can read, and nowhere else; its data is its own', async () => {
      const image = images.build('USER 1234:1234')
      const secret = 'only $in a "file"\n'
      const volumes = [{ name: 'uploads', path: '/app/uploads', origin: 'hop3.toml:1:1' }]
      const config = { volumes, options: { compose: { secrets: ['KEY'], volumes: { cache: '/app/cache' } } } }
      const staged = await stage({
        flavor,
        image,
        config,
        context: { appEnv: { KEY: secret, OTHER: 'x' } },
        runtime: { workers: { web: 'touch "$HOP3_DATA/mine" /app/uploads/mine /app/cache/mine && exec /app/server' } },
      })
      // What an app can do to the directory it writes to: its volumes are elsewhere.
      const foreign = await tempApp()
      await symlink(foreign, join(staged.context.directories.data, 'uploads'))
      await staged.deployer.deploy()
      expect((await stat(foreign)).uid).toBe(0)
      expect(await staged.ask('/file?path=/run/secrets/KEY')).toBe(secret)
      const env = (await staged.ask('/env')).split('\0')
      expect(env).toEqual(expect.arrayContaining(['KEY_FILE=/run/secrets/KEY', 'OTHER=x']))
      expect(env.join('\n')).not.toContain('only')
      const exec = (command: string) => staged.deployer.exec?.(command, { stdio: 'lines' })
      expect(await exec(`[ -z "$KEY" ] && [ "$(wc -c < "$KEY_FILE")" = ${secret.length} ]`)).toBe(0)
      expect(await inspected(staged, 'web', '{{json .}}')).not.toContain('only $in')
      expect(JSON.stringify([staged.host.commands, staged.host.events])).not.toContain('only $in')
      const { data, volumes: kept } = staged.context.directories
      for (const path of [join(data, 'mine'), join(kept, 'uploads/mine'), join(kept, 'cache/mine')])
        expect((await stat(path)).uid).toBe(1234)
    })

    test.each([
      ['worker', 'worker', 4321, 8765],
      ['worker:crew', 'worker:crew', 4321, 9000],
      ['77:crew', '77:crew', 77, 9000],
      ['worker of a passwd that is a link', 'worker', 4321, 8765, ' && mv /etc/passwd /etc/real && ln -s real /etc/passwd'],
    ])('its data is its own where its user is a name: %s', async (_, user, uid, gid, linked = '') => {
      const files = `RUN echo 'worker:x:4321:8765::/:/bin/sh' >> /etc/passwd && echo 'crew:x:9000:' >> /etc/group${linked}`
      const runtime = { workers: { web: 'touch "$HOP3_DATA/mine" && exec /app/server' } }
      const staged = await stage({ flavor, image: images.build(`${files}\nUSER ${user}`), runtime })
      await staged.deployer.deploy()
      const { data } = staged.context.directories
      for (const path of [data, join(data, 'mine')]) expect(await stat(path)).toMatchObject({ uid, gid })
      const made = execFileSync('docker', ['ps', '-aq', '--filter', `label=hop3.home=${homeMark(staged.context.directories.home)}`])
      expect(String(made).trim().split('\n'), 'the container it was looked up in is gone').toHaveLength(1)
    })

    test('a volume that is written in two places is named', async () => {
      const volumes = [{ name: 'uploads', path: '/app/uploads', origin: 'hop3.toml:1:1' }]
      const staged = await stage({
        flavor,
        image: images.scratch,
        config: { volumes, options: { compose: { volumes: { other: '/app/uploads' } } } },
      })
      await expect(staged.deployer.deploy()).rejects.toMatchObject({
        code: 'config.deploy.compose',
        message: expect.stringContaining('hop3.toml:1:1'),
      })
    })

    test('a container that ends is started again at the same address', async () => {
      const staged = await stage({ flavor, image: images.scratch, runtime: { workers: { web: '' } } })
      const { address, port } = await staged.deployer.deploy()
      const [before] = await staged.deployer.status()
      process.kill(before?.pid ?? 0, 'SIGKILL')
      const answer = async (): Promise<number> =>
        fetch(`http://${address}:${port}/`).then(
          (found) => found.status,
          () => 0,
        )
      while ((await staged.deployer.status())[0]?.pid === before?.pid || (await answer()) !== 200) await systemClock.sleep(50)
      expect(await staged.deployer.deploy(), 'it is what was wanted').toMatchObject({ address, port })
    })
  })
})

const [flavor] = flavors
describe.skipIf(flavor === undefined || isSkipped(flavor))('with either', { timeout: 180_000 }, () => {
  const own = { flavor: flavor ?? { name: 'Compose 2' as const, path: '' } }

  test('an app that ignores SIGTERM is killed after the stop timeout', async () => {
    const staged = await stage({
      ...own,
      image: images.scratch,
      metadata: { workers_argv: { web: ['/app/server', 'stubborn'] } },
      config: { stopTimeout: 1 },
    })
    await staged.deployer.deploy()
    await staged.deployer.stop()
    expect(await staged.deployer.status()).toEqual([])
    expect(staged.host.events.map(({ text }) => text).join('\n')).toContain('did not end within 1 s of SIGTERM')
  })

  test('a line that sounds like a missing program is what the command says, and its exit code counts', async () => {
    const staged = await stage({ ...own, image: images.shell, runtime: { workers: { web: '/app/server' } } })
    const line = `exec: "git": executable file not found in $PATH`
    const exec = (command: string) => staged.deployer.exec?.(command, { stdio: 'lines' })
    expect(await exec(`echo '${line}'; exit 3`)).toBe(3)
    expect(staged.host.events.map(({ text }) => text)).toContain(line)
  })

  test('commands that run at a time each have the secrets, and none of them is left', async () => {
    const staged = await stage({
      ...own,
      image: images.shell,
      runtime: { workers: { clock: 'exec sleep 1000' } },
      config: { options: { compose: { secrets: ['KEY', 'OTHER'] } } },
      context: { appEnv: { KEY: 'one', OTHER: 'two' } },
    })
    const command = '[ "$(cat "$KEY_FILE" "$OTHER_FILE")" = onetwo ]'
    const codes = await Promise.all(Array.from({ length: 4 }, async () => staged.deployer.exec?.(command, { stdio: 'lines' })))
    expect(codes).toEqual([0, 0, 0, 0])
    const { exec } = layoutOf(staged.host.home, 'shop')
    expect(await readdir(exec)).toEqual([])
    const ended = { ...(await identifySelf()), started: '1' }
    for (const [id, owner] of [
      ['ended', ended],
      ['runs', await identifySelf()],
    ] as const) {
      await mkdir(join(exec, id))
      await symlink(JSON.stringify(owner), join(exec, `${id}.owner`))
    }
    await staged.deployer.deploy()
    await staged.deployer.retire?.()
    expect(await readdir(exec)).toEqual(['runs', 'runs.owner'])
  })

  test('shows what containers print, and keeps it when they go', async () => {
    const staged = await stage({
      ...own,
      image: images.shell,
      runtime: { workers: { clock: 'for i in 1 2 3; do echo line $i; done; exec sleep 1000' } },
    })
    await staged.deployer.deploy()
    const lines: string[] = []
    await staged.deployer.logs?.({
      lines: 2,
      follow: false,
      signal: new AbortController().signal,
      onLine: ({ worker, ordinal, text }) => void lines.push(`${worker}.${ordinal} ${text}`),
    })
    expect(lines).toEqual(['clock.1 line 2', 'clock.1 line 3'])
    await staged.deployer.stop()
    expect(await readFile(join(staged.context.directories.logs, 'clock.1.log'), 'utf8')).toBe('line 1\nline 2\nline 3\n')
  })

  test('follows the containers that come after', async () => {
    const staged = await stage({ ...own, image: images.shell, runtime: { workers: { clock: 'while :; do echo tick; sleep 0.2; done' } } })
    const end = new AbortController()
    const seen = new Promise<void>((resolve) => {
      void staged.deployer.logs?.({ lines: 10, follow: true, signal: end.signal, onLine: () => resolve() })
    })
    await staged.deployer.deploy()
    await seen
    end.abort()
    expect((await staged.deployer.status()).map(({ state }) => state)).toEqual(['running'])
  })

  test('cron workers never run in two releases at once, and come back when the new release fails', async () => {
    const host = await testHost()
    const cron = '*/5 * * * * echo due'
    const old = await stage({ ...own, host, image: images.shell, runtime: { workers: { cron } } })
    await old.deployer.deploy()
    const bad = await stage({ ...own, host, counter: 2, image: images.scratch, runtime: { workers: { cron } } })
    await expect(bad.deployer.deploy()).rejects.toMatchObject({ code: 'deploy.compose.no-shell' })
    expect((await old.deployer.status()).map(({ release, state }) => `${release} ${state}`)).toEqual([`${old.context.release.id} running`])
    const next = await stage({ ...own, host, counter: 3, image: images.shell, runtime: { workers: { cron } } })
    await next.deployer.deploy()
    expect((await old.deployer.status()).map(({ state }) => state)).toEqual(['stopped', 'running'])
  })

  test('a network of the app’s name that somebody else has made is refused, and left alone', async () => {
    const staged = await stage({ ...own, image: images.scratch, runtime: { workers: { web: '' } } })
    const { appName, directories } = staged.context
    const name = networkName(appName, homeMark(directories.home))
    const id = execFileSync('docker', ['network', 'create', name], { encoding: 'utf8' }).trim()
    onTestFinished(() => void execFileSync('docker', ['network', 'rm', id]))
    await expect(staged.deployer.deploy()).rejects.toMatchObject({
      code: 'deploy.compose.name-taken',
      message: expect.stringContaining(name),
      hint: expect.stringContaining(`docker network inspect ${name}`),
    })
    await staged.deployer.stop()
    expect(execFileSync('docker', ['network', 'ls', '--quiet', '--no-trunc'], { encoding: 'utf8' })).toContain(id)
  })

  test('says the status of all apps of a home with one question', async () => {
    const host = await testHost()
    const names = ['shop', 'blog', 'wiki']
    const staged = await Promise.all(
      names.map((appName) => stage({ ...own, host, image: images.scratch, runtime: { workers: { web: '' } }, context: { appName } })),
    )
    for (const { deployer } of staged) await deployer.deploy()
    const [first] = staged
    const each = await Promise.all(staged.map(({ deployer }) => deployer.status()))
    expect(each.flat().every(({ pid }) => pid !== null)).toBe(true)
    const { questions, address, close } = await countingEngine()
    onTestFinished(close)
    const counted = composeDeployer.create({ ...(first ?? raise()).context, env: { DOCKER_HOST: address } }, (first ?? raise()).artifact)
    const byApp = (all: readonly WorkerStatus[]) => all.toSorted((one, other) => (one.app < other.app ? -1 : 1))
    expect(byApp((await counted.statusOfAll?.())?.workers ?? [])).toEqual(byApp(each.flat()))
    expect(questions()).toBe(1)
  })

  test('takes a damaged record for an instance that has to prove itself', async () => {
    const staged = await stage({ ...own, image: images.scratch, runtime: { workers: { web: '' } } })
    await staged.deployer.deploy()
    const projects = join(staged.host.home, 'compose/shop/projects')
    const [project = ''] = await readdir(projects)
    await writeFile(join(projects, project, 'healthy.json'), '{"x')
    expect((await staged.deployer.status()).map(({ state }) => state)).toEqual(['starting'])
    expect(await staged.deployer.deploy()).toMatchObject({ protocol: 'http' })
    expect((await staged.deployer.status()).map(({ state }) => state)).toEqual(['running'])
  })
})

async function countingEngine(): Promise<{ readonly address: string; readonly questions: () => number; readonly close: () => void }> {
  let count = 0
  const server = createServer((incoming, answer) => {
    count++
    const { url: path = '/', method = 'GET' } = incoming
    request({ socketPath: '/var/run/docker.sock', path, method, headers: { host: 'docker' } }, (from) => void from.pipe(answer)).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const at = server.address()
  if (at === null || typeof at === 'string') throw new Error('no port')
  return { address: `tcp://127.0.0.1:${at.port}`, questions: () => count, close: () => void server.close() }
}

function raise(): never {
  throw new Error('nothing is staged')
}
