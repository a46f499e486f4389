import { describe, expect, test } from 'vitest'
import { isSyntaxUnreachable, syntaxLine } from '../src/build/dockerfile-syntax.ts'
import { buildStage, inImage } from './build-stage.ts'
import { lacksEngine } from './engine-fixture.ts'

test.each([
  ['# syntax=docker/dockerfile:1\nFROM x\n', { image: 'docker/dockerfile:1', line: 1, without: '# docker/dockerfile:1\nFROM x\n' }],
  [
    '\uFEFF# SYNTAX = docker.io/docker/dockerfile:1.7\r\nFROM x\n',
    { image: 'docker.io/docker/dockerfile:1.7', line: 1, without: '# docker.io/docker/dockerfile:1.7\nFROM x\n' },
  ],
  [
    '#syntax=docker/dockerfile:1\n#escape=`\nFROM x\n',
    { image: 'docker/dockerfile:1', line: 1, without: '#escape=`\n# docker/dockerfile:1\nFROM x\n' },
  ],
  ['# a comment\n# syntax=docker/dockerfile:1\nFROM x\n', undefined],
  ['FROM x\n# syntax=docker/dockerfile:1\n', undefined],
  ['# syntax=docker/dockerfile:1-labs\nFROM x\n', undefined],
  ['# syntax=example.com/other:1\nx\n', undefined],
  ['', undefined],
])('who reads %j', (text, wanted) => {
  expect(syntaxLine(text)).toEqual(wanted)
})

test('a registry that answers has been asked', () => {
  const line = syntaxLine('# syntax=docker/dockerfile:1.99\n')
  if (line === undefined) throw new Error('no line')
  const problem = 'failed to resolve source metadata for docker.io/docker/dockerfile:1.99: '
  expect(isSyntaxUnreachable(`${problem}docker.io/docker/dockerfile:1.99: not found`, line)).toBe(false)
  expect(isSyntaxUnreachable(`${problem}failed to do request: Head "https://x": dial tcp: lookup x: no such host`, line)).toBe(true)
  expect(isSyntaxUnreachable(`failed to resolve source metadata for docker.io/library/x:1: dial tcp: no such host`, line)).toBe(false)
})

describe.skipIf(lacksEngine())('a Dockerfile that names who reads it', { timeout: 120_000 }, () => {
  test('is built, whether its registry is reached or not, and its lines stay where they are', async () => {
    const head = '# syntax=docker/dockerfile:1\n# escape=`\n'
    const options = '[build.docker]\nnetwork = "none"\n'
    const good = await buildStage({
      Dockerfile: `${head}FROM debian:bookworm-slim\nRUN echo a \`\n  b > /text\nCMD ["x"]\n`,
      'hop3.toml': options,
    })
    expect(inImage(await good.build(), 'cat /text')).toBe('a b')
    const bad = await buildStage({ Dockerfile: `${head}FROM debian:bookworm-slim\nRUN exit 3\nCMD ["x"]\n`, 'hop3.toml': options })
    await expect(bad.build()).rejects.toMatchObject({ code: 'build.step-failed', details: { exitCode: 3, line: 4 } })
  })
})
