import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@hop3/testing'
import { describe, expect, onTestFinished, test } from 'vitest'
import { credentialsToRead } from '../src/registry/credentials-to-read.ts'
import { parseReference } from '../src/registry/reference.ts'
import { buildStage, type Stage } from './build-stage.ts'
import { docker, lacksEngine, lacksProgram, tagsOf } from './engine-fixture.ts'

const user = { name: 'hop3', password: 'pass:word', hash: '$2b$04$abcdefghijklmnopqrstuu7govE5p0NSk1WUEk5C2Qm3hpPC6VJ66' }

/** A real registry, on a port of its own, for one test. */
async function startRegistry(isOpen: boolean): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'hop3-registry-'))
  const port = await freePort()
  writeFileSync(join(directory, 'htpasswd'), `${user.name}:${user.hash}\n`)
  const auth = isOpen ? {} : { auth: { htpasswd: { realm: 'hop3', path: join(directory, 'htpasswd') } } }
  const storage = { filesystem: { rootdirectory: join(directory, 'data') } }
  writeFileSync(
    join(directory, 'config.yml'),
    JSON.stringify({ version: 0.1, log: { level: 'error' }, storage, http: { addr: `127.0.0.1:${port}` }, ...auth }),
  )
  const registry = spawn('docker-registry', ['serve', join(directory, 'config.yml')], { stdio: 'ignore' })
  onTestFinished(async () => {
    registry.kill('SIGKILL')
    await once(registry, 'exit')
    rmSync(directory, { recursive: true, force: true })
  })
  const host = `127.0.0.1:${port}`
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await fetch(`http://${host}/v2/`).catch(() => undefined)) break
    await sleep(50)
  }
  return host
}

const files = (push: string): Record<string, string> => ({
  Dockerfile: 'FROM scratch\nCOPY a.txt /\nCMD ["x"]\n',
  'a.txt': String(Math.random()),
  'hop3.toml': `[build.docker]\npush = "${push}"\n`,
})

/** Removes what the engine keeps under the pushed name. */
/** And what has only a digest: a push leaves one. */
function forget(name: string): void {
  const found = docker('images', '--quiet', '--no-trunc', name.replace(/:[^/]*$/, '')).split('\n')
  for (const id of new Set(found.filter((one) => one !== ''))) docker('rmi', '--force', id)
}

async function pushStage(name: string): Promise<Stage> {
  onTestFinished(() => forget(name), 60_000)
  return buildStage(files(name))
}

function logIn(stage: Stage, config: object): void {
  const directory = join(stage.context.env['HOME'] ?? '', '.docker')
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, 'config.json'), JSON.stringify(config))
}

describe.skipIf(lacksEngine() || lacksProgram('docker-registry'))('push', { timeout: 90_000 }, () => {
  test('puts the image into a registry under the release, and addresses it by the digest the registry has', async () => {
    const host = await startRegistry(true)
    const name = `${host}/team/hop3-test`
    const stage = await pushStage(name)
    const artifact = await stage.build()
    expect(artifact.location).toMatch(new RegExp(`^${name}@sha256:[0-9a-f]{64}$`))
    const response = await fetch(`http://${host}/v2/team/hop3-test/manifests/${stage.context.release.id}`, {
      headers: { accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    })
    expect(response.headers.get('docker-content-digest')).toBe(artifact.location.split('@')[1])
  })

  test('logs in with an entry of config.json, or with the helper it names', async () => {
    const host = await startRegistry(false)
    const name = `${host}/hop3-test-closed`
    const stage = await pushStage(name)
    await expect(stage.build()).rejects.toMatchObject({
      code: 'build.push-denied',
      message: expect.stringContaining('nobody has logged in'),
      hint: expect.stringContaining(`docker login ${host}`),
    })
    logIn(stage, { auths: { [host]: { auth: Buffer.from(`${user.name}:wrong`).toString('base64') } } })
    await expect(stage.build()).rejects.toMatchObject({ code: 'build.push-denied', message: expect.stringContaining('config.json') })
    logIn(stage, { auths: { [host]: { auth: Buffer.from(`${user.name}:${user.password}`).toString('base64') } } })
    expect((await stage.build()).location).toContain(`${name}@sha256:`)

    const helper = join(stage.source, '..', 'docker-credential-hop3test')
    writeFileSync(
      helper,
      `#!/bin/sh\nread server\n[ "$1 $server" = "get ${host}" ] || { echo "credentials not found in native keychain"; exit 1; }\necho '${JSON.stringify({ Username: user.name, Secret: user.password })}'\n`,
    )
    chmodSync(helper, 0o755)
    onTestFinished(() => rmSync(helper))
    logIn(stage, { credHelpers: { [host]: 'hop3test' } })
    const env = { ...stage.context.env, PATH: `${join(stage.source, '..')}:${stage.context.env['PATH']}` }
    expect((await stage.build({ env })).location).toContain(`${name}@sha256:`)
    await expect(stage.build()).rejects.toMatchObject({ message: expect.stringContaining('docker-credential-hop3test') })
  })

  test('builds on a private image with the same credentials, with both builders', async () => {
    const host = await startRegistry(false)
    const name = `${host}/hop3-test-base`
    const stage = await pushStage(name)
    const auths = { auths: { [host]: { auth: Buffer.from(`${user.name}:${user.password}`).toString('base64') } } }
    logIn(stage, auths)
    const { location } = await stage.build()
    forget(name)
    for (const buildkit of [true, false]) {
      const app = { Dockerfile: `FROM ${location}\nCMD ["y"]\n`, 'hop3.toml': `[build.docker]\nbuildkit = ${buildkit}\n` }
      const denied = await buildStage(app)
      await expect(denied.build()).rejects.toMatchObject({ code: 'build.base-image', hint: expect.stringContaining('docker login') })
      const derived = await buildStage(app)
      logIn(derived, auths)
      expect((await derived.build()).runtime.workers).toEqual({ web: 'y' })
    }
  })

  test('leaves the pushed name where it was when nothing comes of the build', async () => {
    const named = (name: string): string => docker('images', '--quiet', '--no-trunc', name)
    const down = `127.0.0.1:${await freePort()}/hop3-test-kept:prod`
    const failing = await pushStage(down)
    const earlier = (await (await buildStage({ ...files(''), 'hop3.toml': '' })).build()).location
    docker('tag', earlier, down)
    const before = named(down)
    await expect(failing.build()).rejects.toMatchObject({ code: 'environment.registry' })
    expect(named(down), 'after a push that failed').toBe(before)

    const up = `${await startRegistry(true)}/hop3-test-late:prod`
    const late = await pushStage(up)
    docker('tag', earlier, up)
    // Pushed, and then its description fails: the clock says no more when the artifact was made.
    const clock = {
      ...late.context.clock,
      now: () => {
        if (late.texts().split(`push ${up}`).length > 2) throw new Error('no time')
        return late.context.clock.now()
      },
    }
    await expect(late.build({ clock })).rejects.toThrow('no time')
    expect(named(up), 'after a push that succeeded').toBe(before)
    expect(tagsOf(late.context.appName)).toEqual([])
  })

  test('takes a config.json that it cannot read for no proof that nobody has logged in', async () => {
    const stage = await pushStage(`127.0.0.1:${await freePort()}/hop3-test-config`)
    logIn(stage, {})
    const path = join(stage.context.env['HOME'] ?? '', '.docker', 'config.json')
    for (const spoil of [() => writeFileSync(path, '{ "auths": '), () => (rmSync(path), mkdirSync(path))]) {
      spoil()
      await expect(stage.build()).rejects.toMatchObject({ code: 'environment.docker-credentials', message: expect.stringContaining(path) })
      expect(await credentialsToRead('docker.io', stage.context)).toBeUndefined()
    }
  })

  test('says that the registry is not there, and that a name is none', async () => {
    const down = await pushStage(`127.0.0.1:${await freePort()}/hop3-test-down`)
    await expect(down.build()).rejects.toMatchObject({ code: 'environment.registry', message: expect.stringContaining('refused') })
    expect(tagsOf(down.context.appName), 'an image nobody will run').toEqual([])
    await expect((await buildStage(files('Not A Name'))).build()).rejects.toMatchObject({ code: 'config.invalid' })
  })
})

test.each([
  ['app', { registry: 'docker.io', name: 'app' }],
  ['me/app:1', { registry: 'docker.io', name: 'me/app', tag: '1' }],
  ['localhost/app', { registry: 'localhost', name: 'localhost/app' }],
  ['r.example:5000/a/b:v1.2', { registry: 'r.example:5000', name: 'r.example:5000/a/b', tag: 'v1.2' }],
  [`app@sha256:${'a'.repeat(64)}`, { registry: 'docker.io', name: 'app', digest: `sha256:${'a'.repeat(64)}` }],
  ['UPPER', undefined],
  ['a//b', undefined],
  ['a b', undefined],
  ['', undefined],
])('%j is the name %j', (written, reference) => {
  expect(parseReference(written)).toEqual(reference)
})
