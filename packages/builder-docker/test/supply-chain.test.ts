/** What lies beside the artifact of an image: its bill of materials, and how it came about. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { usedImages } from '../src/base-images.ts'
import { buildStage, inImage } from './build-stage.ts'
import { docker, lacksEngine } from './engine-fixture.ts'

const lock = JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/hono': { version: '4.13.19' } } })
const base = 'debian:bookworm-slim'

function idOf(image: string): string {
  return docker('image', 'inspect', '--format', '{{.Id}}', image).replace('sha256:', '')
}

describe.skipIf(lacksEngine())('an image', { timeout: 120_000 }, () => {
  test.each([
    ['BuildKit', 'buildkit'],
    ['the classic builder', 'classic'],
  ])('of a Dockerfile, by %s, names what it was made of, and is none the larger for it', async (_name, builder) => {
    const dockerfile = `FROM ${base} AS one\nRUN echo > /one\nFROM ${base}\nCOPY --from=one /one /one\nCOPY --from=node:24-bookworm-slim /etc/hostname /two\nCOPY . /app\nCMD ["x"]\n`
    const stage = await buildStage({
      'hop3.toml': `[build.docker]\nbuildkit = ${builder === 'buildkit'}\nnetwork = "none"\nargs = { TOKEN = "hunter2-is-the-value" }\n`,
      Dockerfile: dockerfile,
      '.dockerignore': 'requirements.txt\n',
      'package-lock.json': lock,
      'requirements.txt': 'left-out==1.0\n',
    })
    const artifact = await stage.build()
    const { path } = stage.context.release
    const sbom = readFileSync(join(path, String(artifact.metadata['sbom'])), 'utf8')
    const provenance = readFileSync(join(path, String(artifact.metadata['provenance'])), 'utf8')
    expect(JSON.parse(sbom)).toMatchObject({ specVersion: '1.6', components: [{ purl: 'pkg:npm/hono@4.13.19' }] })
    expect(JSON.parse(provenance)).toMatchObject({
      subject: [{ digest: { sha256: artifact.location.replace('sha256:', '') } }],
      predicate: {
        buildDefinition: {
          buildType: 'urn:hop3:build:dockerfile:1',
          externalParameters: {
            source: { digest: { sha256: String(artifact.metadata['source_digest']).replace('sha256:', '') } },
            dockerfile: { name: 'Dockerfile', digest: { sha256: hash('sha256', dockerfile, 'hex') } },
            buildArguments: ['TOKEN'],
            engineBuilder: builder,
          },
          resolvedDependencies: [base, 'node:24-bookworm-slim'].map((image) => ({
            uri: expect.stringMatching(`^pkg:docker/${image.replace(':', '@')}[?]platform=linux%2F`),
            digest: { sha256: idOf(image) },
            annotations: { 'hop3:digest-of': 'image id' },
          })),
        },
        runDetails: { byproducts: [{ name: 'sbom.cdx.json', digest: { sha256: hash('sha256', sbom, 'hex') } }] },
      },
    })
    expect(sbom + provenance).not.toContain('hunter2')
    expect(inImage(artifact, 'find / -xdev -name "*.cdx.json" -o -xdev -name provenance.json')).toBe('')
    expect((await stage.build()).location).toBe(artifact.location)
  })

  test('of a plan names the plan, its Dockerfile, and the lockfiles its build could read', async () => {
    const stage = await buildStage({
      'hop3.toml': '[build]\nstrategy = "docker"\n[build.plan.start]\nrunImage = "debian:bookworm-slim"\n',
      Procfile: 'web: sleep 60\n',
      '.gitignore': 'node_modules\n',
      'package-lock.json': lock,
      'node_modules/.package-lock.json': lock.replace('4.13.19', '1.0.0'),
    })
    const { metadata } = await stage.build()
    const read = (name: unknown): unknown => JSON.parse(readFileSync(join(stage.context.release.path, String(name)), 'utf8'))
    expect(read(metadata['sbom'])).toMatchObject({ components: [{ purl: 'pkg:npm/hono@4.13.19' }] })
    expect(read(metadata['provenance'])).toMatchObject({
      predicate: {
        buildDefinition: {
          buildType: 'urn:hop3:build:plan:1',
          externalParameters: { plan: { name: 'plan.json' }, dockerfile: { name: 'Dockerfile' } },
          resolvedDependencies: expect.arrayContaining([expect.objectContaining({ uri: expect.stringContaining(base.replace(':', '@')) })]),
        },
      },
    })
  })
})

test('the images of a build are those its steps name, whatever the engine calls them', () => {
  const digest = `sha256:${'ab'.repeat(32)}`
  const steps = [
    `[base 1/2] FROM docker.io/library/node:24@${digest}`,
    '[linux/amd64 build 1/3] FROM registry.example.org:5000/team/app',
    '[2/9] FROM --platform=linux/amd64 node',
    '[3/9] FROM Base AS build',
    '[4/9] FROM scratch',
    'FROM docker.io/library/composer:2',
    '[run 2/9] COPY --chown=1000 --from=composer:2 /usr/bin/composer /usr/bin/',
    '[run 3/9] COPY --from=base /a /b',
    '[run 4/9] COPY --from=0 /a /b',
    '[run 5/9] RUN --mount=type=bind,from=tools/zig:1,target=/z make --from=nothing',
    '[internal] load metadata for docker.io/library/unused:1',
  ]
  expect(usedImages(steps, 'FROM node:24 AS base\nFROM base as build\n')).toEqual([
    'docker.io/library/composer:2',
    'docker.io/library/node:24@sha256:'.concat('ab'.repeat(32)),
    'docker.io/library/node:latest',
    'docker.io/tools/zig:1',
    'registry.example.org:5000/team/app:latest',
  ])
})
