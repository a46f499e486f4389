import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readAppConfig } from '@hop3/planner'
import { expect, it } from 'vitest'
import { localBuilder } from '../src/index.ts'
import { cacheOf, createFixture } from './build-fixture.ts'

it("builds the README's example, the second time from the cache", async () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const toml = /```toml\n([^]*?)```/.exec(readme)?.[1] ?? ''
  const app = createFixture({ 'hop3.toml': toml, 'index.html': 'hello' })
  const config = await readAppConfig({ sourcePath: app.source })
  for (const outcome of ['miss', 'hit']) {
    const context = app.context({ config })
    mkdirSync(context.release.path, { recursive: true })
    const builder = localBuilder.create(context)
    expect(await builder.accept()).toMatchObject({ accepted: true })
    const fingerprint = await builder.fingerprint?.()
    const artifact = await builder.build()
    expect(artifact).toMatchObject({ kind: 'static', location: join(context.release.path, 'source'), metadata: { fingerprint } })
    expect(cacheOf(artifact)).toMatchObject([{ phase: 'build', outcome }])
    expect(artifact.runtime.workers).toEqual({ static: join(artifact.location, 'dist') })
    expect(existsSync(join(artifact.location, 'dist/index.html'))).toBe(true)
    expect(existsSync(join(context.release.path, 'plan.json'))).toBe(true)
  }
})

it('lists every option', async () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
  const { readOptions } = await import('../src/options.ts')
  const { config } = createFixture().context()
  for (const [key, value] of Object.entries(readOptions(config))) expect(readme).toContain(`| \`${key}\` | \`${value}\` |`)
})
