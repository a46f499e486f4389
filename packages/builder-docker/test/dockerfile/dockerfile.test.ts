import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { targetScale } from '@hop3/core'
import { describe, expect, test } from 'vitest'
import { planDockerfile } from '../../src/dockerfile/dockerfile.ts'
import { imageWorkers } from '../../src/dockerfile/image-workers.ts'
import { examples, plannedExample, plannedFrom } from './planned-apps.ts'

const names = readdirSync(examples).filter((name) => existsSync(join(examples, name, 'plan.json')))

describe('the Dockerfile of an example', () => {
  test.each([
    ['node-npm', true],
    ['go-http', true],
    ['django', true],
    ['mixed-python-node', false],
  ])('%s (BuildKit: %s)', async (name, buildkit) => {
    const { text } = planDockerfile({ planned: await plannedExample(name), appName: name, buildkit })
    await expect(text).toMatchFileSnapshot(`goldens/${name}.Dockerfile`)
  })

  test.each(names)('%s has a comment first, names its images, and is the same every time', async (name) => {
    const planned = await plannedExample(name)
    const { text, baseImages } = planDockerfile({ planned, appName: name, buildkit: true })
    expect(text).toMatch(/^# [^=]+$/m)
    expect(text.startsWith('# ')).toBe(true)
    const stages = new Set([...text.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, stage]) => stage))
    const named = [...text.matchAll(/(?:^FROM |--from=)(\S+)/gm)].map(([, image]) => image ?? '')
    expect(new Set(named.filter((image) => image !== 'scratch' && !stages.has(image)))).toEqual(new Set(baseImages))
    expect(planDockerfile({ planned: await plannedExample(name), appName: name, buildkit: true }).text).toBe(text)
  })

  test.each(names)('%s is for the classic builder, too', async (name) => {
    const { text, secrets } = planDockerfile({ planned: await plannedExample(name), appName: name, buildkit: false, givenSecrets: [] })
    expect(text).not.toMatch(/--mount|--link|<</)
    expect(secrets).toEqual([])
  })
})

describe('secrets', () => {
  const planned = plannedFrom({ phases: { build: { cmds: ['make'], secrets: ['TOKEN', 'KEY'] } }, processes: { web: './serve' } })

  test('are mounted, and are in no instruction but the one that needs them', () => {
    const { text, secrets } = planDockerfile({ planned, appName: 'shop', buildkit: true })
    expect(secrets).toEqual(['KEY', 'TOKEN'])
    expect(text).toContain('RUN --mount=type=secret,id=TOKEN --mount=type=secret,id=KEY if [ -f /run/secrets/TOKEN ]')
    expect(text).not.toMatch(/^(?:ARG|ENV).*(?:TOKEN|KEY)/m)
  })

  test('that have a value are refused by the classic builder', () => {
    const refused = expect.objectContaining({
      code: 'build.dockerfile.secrets',
      message: expect.stringContaining('build needs TOKEN, and'),
    })
    expect(() => planDockerfile({ planned, appName: 'shop', buildkit: false, givenSecrets: ['TOKEN', 'OTHER'] })).toThrow(refused)
    expect(() => planDockerfile({ planned, appName: 'shop', buildkit: false })).toThrow('TOKEN, KEY')
  })
})

describe('the image of a language', () => {
  const image = (version: string | undefined, tool = 'node'): string => {
    const versions = version === undefined ? {} : { [tool]: { version, origin: 'somewhere:1' } }
    const command = tool === 'go' ? 'go build' : `${tool} x`
    const planned = plannedFrom({ phases: { build: { cmds: [command] } }, processes: { web: command }, versions })
    return planDockerfile({ planned, appName: 'shop', buildkit: true }).baseImages[0] ?? ''
  }

  test.each([
    [undefined, 'node', 'node:24-bookworm-slim'],
    ['22.11.0', 'node', 'node:22.11.0-bookworm-slim'],
    ['v20', 'node', 'node:20-bookworm-slim'],
    ['22.x', 'node', 'node:22-bookworm-slim'],
    ['>=18', 'node', 'node:24-bookworm-slim'],
    ['^20 || ^22', 'node', 'node:22-bookworm-slim'],
    ['lts/*', 'node', 'node:24-bookworm-slim'],
    ['3.12', 'python', 'python:3.12-slim-bookworm'],
    ['>=3.10,<4', 'python', 'python:3-slim-bookworm'],
    ['~=3.11', 'python', 'python:3.11-slim-bookworm'],
    ['>=3.9,<3.12', 'python', 'python:3.11-slim-bookworm'],
    ['>=1.22', 'go', 'golang:1-bookworm'],
    ['1.25.4', 'go', 'golang:1.25.4-bookworm'],
    ['>=17', 'java', 'eclipse-temurin:21-jdk'],
    ['17.0.2', 'java', 'eclipse-temurin:17-jdk'],
    ['^8.1', 'php', 'php:8-cli-bookworm'],
    ['~8.1.0', 'php', 'php:8.1-cli-bookworm'],
  ])('%s of %s is %s', (version, tool, expected) => {
    expect(image(version, tool)).toBe(expected)
  })

  test('brings no other one that the app does not start', async () => {
    const images = async (name: string): Promise<readonly string[]> =>
      planDockerfile({ planned: await plannedExample(name), appName: name, buildkit: true }).baseImages
    expect(await images('bun-http')).toEqual(['oven/bun:1.4.5-slim'])
    expect(await images('clojure-lein')).toEqual(['clojure:temurin-21-lein', 'eclipse-temurin:21-jre'])
    expect(await images('mixed-python-node')).toEqual(['python:3-slim-bookworm', 'node:24-bookworm-slim'])
  })

  test('that is in no known release names the line', () => {
    const refused = expect.objectContaining({
      code: 'build.dockerfile.version',
      message: expect.stringContaining('somewhere:1 asks for node'),
    })
    expect(() => image('<10')).toThrow(refused)
  })

  test('is what the plan says', () => {
    const input = { phases: { build: { cmds: ['node build.js'], aptPkgs: ['make', 'libvips42'] } }, processes: { web: 'node .' } }
    const text = (more: object): string =>
      planDockerfile({ planned: plannedFrom({ ...input, ...more }), appName: 'shop', buildkit: true }).text
    const froms = (all: string): readonly string[] =>
      all.split('\n').filter((line) => line.startsWith('FROM ') && !/^FROM (?:base|build) /.test(line))
    expect(froms(text({ buildImage: 'debian:12' }))).toEqual(['FROM debian:12 AS base', 'FROM debian:12'])
    expect(froms(text({ start: { cmd: 'node .', runImage: 'node:22' } }))).toEqual(['FROM node:24-bookworm-slim AS base', 'FROM node:22'])
    // A compiler stays where it is needed.
    expect(text({}).match(/install --yes --no-install-recommends .*\w/g)).toEqual([
      'install --yes --no-install-recommends libvips42 make',
      'install --yes --no-install-recommends libvips42',
    ])
    expect(() => text({ buildImage: 'debian:12\nRUN evil' })).toThrow('which is no image')
  })
})

test('a cache inside the app is emptied by the classic builder, by its whole name, and nothing outside', () => {
  const cacheDirectories = ['.cache/my dir', '../etc', '.']
  const planned = plannedFrom({ phases: { build: { cmds: ['make'], cacheDirectories } }, processes: { web: './serve' } })
  const { text } = planDockerfile({ planned, appName: 'shop', buildkit: false })
  expect([...text.matchAll(/rm -rf '?\/[^&\n]*/g)].map(([line]) => line.trim())).toEqual(["rm -rf '/app/.cache/my dir'"])
})

test('what a start needs is all that is copied', () => {
  const input = {
    phases: { build: { cmds: ['make'], outputs: ['out'] } },
    start: { cmd: 'out/serve', onlyIncludeFiles: ['out', 'a b'], user: 'www-data' },
  }
  const { text } = planDockerfile({ planned: plannedFrom(input), appName: 'shop', buildkit: true })
  expect(text.split('\n').filter((line) => line.startsWith('COPY --chown') || line.startsWith('USER'))).toEqual([
    'COPY --chown=www-data --from=build /app/out /app/out',
    'COPY --chown=www-data --from=build ["/app/a b","/app/a b"]',
    'USER www-data',
  ])
})

test('many inputs, and patterns, are collected in one step', () => {
  const phases = { install: { cmds: ['true'], onlyIncludeFiles: ['packages/*/package.json', "it's"] } }
  const { text } = planDockerfile({ planned: plannedFrom({ phases, processes: { web: './serve' } }), appName: 'shop', buildkit: true })
  expect(text).toContain(`for path in packages/*/package.json 'it'\\''s'; do`)
  expect(text).toContain('COPY --from=install-inputs /inputs /app')
})

test('a value that ENV cannot hold is left to what deploys the image, and exported by build steps', () => {
  const value = 'one\nENTRYPOINT ["evil"]'
  const input = {
    phases: { build: { cmds: ['make'] } },
    variables: { B: value },
    runtime: { envVars: { A: value, C: '1' } },
    processes: { web: './serve' },
  }
  const { text, warnings } = planDockerfile({ planned: plannedFrom(input), appName: 'shop', buildkit: true })
  expect(text).not.toMatch(/^ENTRYPOINT \["evil"\]/m)
  expect(text).toContain('ENV C="1"')
  expect(text).toContain(String.raw`RUN ["/bin/sh","-c","export B='one\nENTRYPOINT [\"evil\"]' && make"]`)
  expect(warnings.join('\n')).toContain('"A" is not in the image')
})

test.each([
  [{ phases: { build: { cmds: ['make'], aptPkgs: ['a; evil'] } } }, 'build.dockerfile.package'],
  [{ phases: { build: { cmds: ['a\0b'] } } }, 'build.dockerfile.command'],
  [{ phases: { build: { cmds: ['make'], onlyIncludeFiles: ['a\nRUN evil'] } } }, 'build.dockerfile.path'],
  [{ phases: { build: { cmds: ['make'], variables: { 'A B': '' } } } }, 'build.dockerfile.variable'],
  [{ phases: { build: { cmds: ['make'], secrets: ['a,target=/etc'] } } }, 'build.dockerfile.variable'],
  [{ start: { cmd: './serve', user: '0\nRUN evil' } }, 'build.dockerfile.user'],
  [{ processes: { wsgi: 'app --ini evil' } }, 'build.dockerfile.module'],
])('%j is refused', (input, code) => {
  const planned = plannedFrom({ processes: { web: './serve' }, ...input })
  expect(() => planDockerfile({ planned, appName: 'shop', buildkit: true })).toThrow(expect.objectContaining({ code }))
})

test.each(['web', 'wsgi'])('a planned wsgi has the count that is written for %s, in its image as without', (name) => {
  const planned = plannedFrom({ processes: { wsgi: 'app:app' } })
  const scaled = [planned.runtime.workers, imageWorkers(planned).workers].map((workers) => targetScale(workers, { [name]: 2 }))
  expect(scaled).toEqual([{ wsgi: 2 }, { web: 2 }])
})
