import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildStage, inImage } from './build-stage.ts'
import { lacksEngine } from './engine-fixture.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const dockerfile = /```dockerfile\n([\s\S]*?)```/.exec(readme)?.[1] ?? ''

describe.skipIf(lacksEngine())('the README', { timeout: 60_000 }, () => {
  test('shows a Dockerfile that builds, and what becomes of it', async () => {
    const stage = await buildStage({ Dockerfile: dockerfile, serve: 'a server\n' })
    const artifact = await stage.build()
    expect(artifact).toMatchObject({ kind: 'docker-image', runtime: { workers: { web: './serve 8080' } }, metadata: { port: 8080 } })
    expect(inImage(artifact, 'cat serve')).toBe('a server')
  })

  test('names every option', async () => {
    const unknown = await buildStage({ Dockerfile: dockerfile, 'hop3.toml': '[build.docker]\nzzzzzzzz = 1\n' })
    const error: unknown = await unknown.build().catch((thrown: unknown) => thrown)
    const hint = typeof error === 'object' && error !== null && 'hint' in error ? String(error.hint) : ''
    const options = [...hint.matchAll(/`([a-z]+)`/g)].map(([, name]) => name)
    expect(options.length).toBeGreaterThan(9)
    for (const name of options) expect(readme).toContain(`| \`${name}\` |`)
  })
})
