/** What RFC 508 says of plans that become images, a test for each sentence. The table of all: docs/rfc-508.md. */
import { describe, expect, test } from 'vitest'
import { buildStage, inImage } from './build-stage.ts'
import { lacksEngine } from './engine-fixture.ts'

const timeout = 120_000

describe.skipIf(lacksEngine())('RFC 508', () => {
  test('the final plan creates an image from the source', { timeout }, async () => {
    const stage = await buildStage({
      'nixpacks.toml': 'providers = []\n[phases.build]\ncmds = ["cp page.txt built.txt"]\n[start]\ncmd = "cat built.txt"\n',
      'hop3.toml': '[build]\nstrategy = "docker"\n',
      'page.txt': 'from the source\n',
    })
    const artifact = await stage.build()
    expect(artifact).toMatchObject({ kind: 'docker-image', runtime: { workers: { web: expect.stringContaining('cat built.txt') } } })
    expect(inImage(artifact, 'cat built.txt')).toBe('from the source')
  })

  test('a file without providers creates an image that uses neither Nix nor providers', { timeout }, async () => {
    const stage = await buildStage({
      'hop3.toml': `[build]
strategy = "docker"
[build.plan]
providers = []
buildImage = "debian:bookworm-slim"
[build.plan.phases.build]
cmds = ["cat /etc/os-release > system.txt"]
[build.plan.start]
cmd = "cat system.txt"
`,
      'package.json': '{ "scripts": { "start": "node server.js" } }',
    })
    const artifact = await stage.build()
    expect(artifact.metadata).toMatchObject({ toolchains: [] })
    expect(inImage(artifact, 'cat system.txt; command -v node nix || echo neither')).toMatch(/VERSION_CODENAME=bookworm[^]*neither$/)
  })
})
