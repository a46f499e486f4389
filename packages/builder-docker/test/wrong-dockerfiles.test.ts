import { describe, expect, test } from 'vitest'
import { needsBuildKit } from '../src/build/needs-buildkit.ts'
import { buildStage } from './build-stage.ts'
import { lacksEngine } from './engine-fixture.ts'

const base = 'FROM debian:bookworm-slim\n'
type Row = readonly [what: string, text: string, options: string, code: string, message: RegExp, hint: RegExp]

const both: readonly Row[] = [
  ['a port that is none', `${base}CMD ["x"]\nEXPOSE abc\n`, '', 'build.dockerfile', /^Dockerfile:3: .*abc[^]*>>> EXPOSE abc/, /line 3/],
  ['no FROM', 'COPY a b\n', '', 'build.dockerfile', /^Dockerfile:1: COPY comes before any FROM/, /Begin it with `FROM`/],
  [
    'an argument a step misses',
    `${base}ARG TOKEN\nRUN test -n "$TOKEN"\n`,
    '',
    'build.step-failed',
    /^Dockerfile:3: /,
    /build argument TOKEN: write `args = \{ TOKEN/,
  ],
]
const byBuildKit: readonly Row[] = [
  [
    'a stage that is not there',
    `${base.trim()} AS one\n${base}COPY --from=on /a /b\n`,
    '',
    'build.base-image',
    /^Dockerfile:3: .* on[^]*>>> COPY --from=on/,
    /No stage is called "on" \(there are one\)/,
  ],
  [
    'a digest nobody has',
    `FROM debian@sha256:${'0'.repeat(64)}\n`,
    '',
    'build.base-image',
    /^Dockerfile:1: The engine could not get debian@sha256:0{64}/,
    /no image of that digest/,
  ],
  [
    'another platform than the image of the engine has',
    `${base}RUN true\n`,
    'platform = "linux/s390x"',
    'build.base-image',
    /^Dockerfile:1: The engine could not get debian:bookworm-slim/,
    /docker pull --platform linux\/s390x debian:bookworm-slim/,
  ],
]
const byClassic: readonly Row[] = [
  ['a mount', `${base}RUN --mount=type=cache,target=/x true\n`, '', 'build.needs-buildkit', /^Dockerfile:2: RUN --mount/, /Take that out/],
  ['a here-document', `${base}RUN <<E\nexit 1\nE\n`, '', 'build.needs-buildkit', /^Dockerfile:2: RUN with a here/, /Take that out/],
]

describe.skipIf(lacksEngine())('what is wrong in a Dockerfile is shown where it stands', { timeout: 120_000 }, () => {
  test.each([
    ...both.map((row) => ['BuildKit', 'buildkit = true', ...row] as const),
    ...byBuildKit.map((row) => ['BuildKit', 'buildkit = true', ...row] as const),
    ...both.map((row) => ['the classic builder', 'buildkit = false', ...row] as const),
    ...byClassic.map((row) => ['the classic builder', 'buildkit = false', ...row] as const),
  ])('by %s (%s): %s', async (_, builder, _what, text, options, code, message, hint) => {
    const stage = await buildStage({ Dockerfile: text, 'hop3.toml': `[build.docker]\nnetwork = "none"\n${builder}\n${options}\n` })
    await expect(stage.build()).rejects.toMatchObject({ code, message: expect.stringMatching(message), hint: expect.stringMatching(hint) })
  })
})

test('an engine that is too old for a step says so before it runs any, and Podman never is', () => {
  const facts = { version: '18.03.1-ce', apiVersion: '1.37', os: 'linux', arch: 'amd64', isPodman: false }
  const engine = { facts, host: { address: 'unix:///var/run/docker.sock' } }
  const dockerfile = { path: 'Dockerfile', text: `${base}RUN echo $((1<<2)) <<<x\nRUN --network=none --mount=type=secret,id=A x\n` }
  const error = needsBuildKit({ engine, dockerfile, asked: undefined })
  expect(error).toMatchObject({ code: 'build.needs-buildkit', hint: expect.stringContaining('Update the engine') })
  expect(error?.message).toMatch(/^Dockerfile:3: RUN --network needs BuildKit.*18\.03\.1-ce \(API 1\.37\)/)
  expect(needsBuildKit({ engine: { ...engine, facts: { ...facts, isPodman: true } }, dockerfile, asked: undefined })).toBeUndefined()
  expect(needsBuildKit({ engine, dockerfile: { ...dockerfile, text: `${base}RUN cat <<<x\n` }, asked: undefined })).toBeUndefined()
})
