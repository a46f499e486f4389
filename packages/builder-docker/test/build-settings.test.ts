import { rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeArtifact } from '@hop3/core'
import { readAppConfig } from '@hop3/planner'
import { describe, expect, test } from 'vitest'
import { dockerBuilder } from '../src/index.ts'
import { buildStage, inImage } from './build-stage.ts'
import { docker, lacksEngine } from './engine-fixture.ts'

const base = 'FROM debian:bookworm-slim\n'
/** Without a network of their own the steps start sooner, and none of these needs one. */
const options = (lines: string): string => `[build.docker]\nnetwork = "none"\n${lines}\n`

describe.skipIf(lacksEngine())('a build', { timeout: 60_000 }, () => {
  test('mounts the secrets it is given, and leaves no trace of them', async () => {
    const dockerfile = `${base}RUN --mount=type=secret,id=TOKEN cat /run/secrets/TOKEN && sha256sum /run/secrets/TOKEN > /sum\nCMD ["x"]\n`
    const files = { Dockerfile: dockerfile, 'hop3.toml': options('secrets = ["TOKEN"]') }
    const stage = await buildStage(files, {
      secret: (name) => (name === 'TOKEN' ? 'sw0rdf1sh-as-the-first-line\nand-a-second-line' : undefined),
    })
    const artifact = await stage.build()
    expect(inImage(artifact, 'cat /sum')).toMatch(/^[0-9a-f]{64} /)
    expect(stage.texts()).not.toContain('sw0rdf1sh')
    expect(docker('history', '--no-trunc', artifact.location) + JSON.stringify(artifact)).not.toContain('sw0rdf1sh')
    const without = await buildStage({ ...files, Dockerfile: dockerfile.replace('id=TOKEN', 'id=TOKEN,required=true') })
    await expect(without.build()).rejects.toMatchObject({
      code: 'build.secret-missing',
      hint: expect.stringContaining('hop3 env set TOKEN='),
    })
    const optional = `${base}RUN --mount=type=secret,id=TOKEN,required=false echo conflict; exit 3\n`
    const failing = await buildStage({ ...files, Dockerfile: optional })
    await expect(failing.build()).rejects.toMatchObject({ code: 'build.step-failed', message: expect.stringContaining('conflict') })
  })

  test('has rules of its own for a Dockerfile of its own', async () => {
    const stage = await buildStage({
      'hop3.toml': options('file = "deploy/app.Dockerfile"'),
      'deploy/app.Dockerfile': `${base}COPY . /app\nCMD ["x"]\n`,
      'deploy/app.Dockerfile.dockerignore': 'hop3.toml\n',
      '.dockerignore': '*\n',
      'a.txt': '',
    })
    expect(inImage(await stage.build(), 'ls -A /app')).toBe('.dockerignore\na.txt\ndeploy')
  })

  test('streams a huge sparse file no step copies past it, and says that it is huge', async () => {
    const stage = await buildStage({ Dockerfile: `${base}COPY small /\nCMD ["x"]\n`, small: 's' })
    writeFileSync(join(stage.source, 'huge'), '')
    truncateSync(join(stage.source, 'huge'), 5 * 1024 ** 3)
    const artifact = await stage.build()
    expect(stage.texts()).toContain('huge (5120 MiB)')
    expect(Number(docker('image', 'inspect', '--format', '{{.Size}}', artifact.location))).toBeLessThan(200_000_000)
  })

  test('makes the same image twice with SOURCE_DATE_EPOCH', async () => {
    const stage = await buildStage({ Dockerfile: `${base}COPY a.txt /a.txt\nCMD ["x"]\n`, 'a.txt': '1' })
    const env = { ...stage.context.env, SOURCE_DATE_EPOCH: '1700000000' }
    const imageOf = async (): Promise<string> => {
      rmSync(join(stage.source, 'a.txt'))
      writeFileSync(join(stage.source, 'a.txt'), '1')
      return (await stage.build({ env, config: await readAppConfig({ sourcePath: stage.source }) })).location
    }
    writeFileSync(join(stage.source, 'hop3.toml'), options('cache = false'))
    expect(await imageOf()).toBe(await imageOf())
  })

  test('counts the layers that are new since the current release', async () => {
    const stage = await buildStage({ Dockerfile: `${base}COPY a.txt /a.txt\nCOPY b.txt /b.txt\nCMD ["x"]\n`, 'a.txt': '1', 'b.txt': '1' })
    const { id, path } = stage.context.release
    await writeArtifact(join(path, 'BUILD_ARTIFACT.json'), await stage.build())
    writeFileSync(join(stage.source, 'b.txt'), '22')
    const { metadata } = await stage.build({ current: { id, path } })
    expect(metadata['image']).toMatchObject({ changed: { since: id, layers_kept: 2, layers_new: 1, size: 1 } })
  })
})

test.each([
  ['fil = "x"', /build\.docker\.fil: there is no such key/, 'Did you mean `file`?'],
  ['platform = "arm"', /build\.docker\.platform: a platform is written like/, 'The keys of'],
  ['file = "../Dockerfile"', /which is not inside the app/, 'relative to the app'],
  ['file = "none"', /which is not there/, 'relative to the app'],
])('refuses [build.docker] %s', async (line, message, hint) => {
  const stage = await buildStage({ 'hop3.toml': options(line), 'package.json': '{}' })
  const accepting = dockerBuilder.create(stage.context).accept()
  await expect(accepting).rejects.toMatchObject({
    code: 'config.invalid',
    message: expect.stringMatching(message),
    hint: expect.stringContaining(hint),
  })
})

test('tells why it takes an app, and why not', async () => {
  const verdict = async (files: Record<string, string>, env: Record<string, string> = {}): Promise<unknown> => {
    const { context } = await buildStage(files)
    return dockerBuilder.create({ ...context, env: { ...context.env, ...env } }).accept()
  }
  expect(await verdict({ Containerfile: base })).toMatchObject({ accepted: true, reason: 'there is a Containerfile' })
  expect(await verdict({ 'index.html': '' })).toEqual({ accepted: false, reason: 'no Dockerfile or Containerfile' })
  const gone = { DOCKER_HOST: 'unix:///nowhere/docker.sock' }
  expect(await verdict({ Dockerfile: base }, gone)).toMatchObject({
    accepted: false,
    reason: expect.stringContaining('no container engine is at'),
  })
  expect(await verdict({ Dockerfile: base, 'hop3.toml': '[build]\nstrategy = "docker"\n' }, gone)).toMatchObject({ accepted: true })
  const nothing = { 'hop3.toml': '[build]\nstrategy = "docker"\n', 'notes.txt': '' }
  expect(await verdict(nothing)).toMatchObject({ accepted: false, reason: expect.stringContaining('no plan to make one from') })
})
