import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readOptions } from '../src/options.ts'
import { emptyAppConfig } from '@hop3/core'
import { lacksNix, nixStage } from './nix-stage.ts'

const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')

describe.skipIf(lacksNix())("the README's example", () => {
  it('builds a site', async () => {
    const example = /```nix\n([^]*?)```/.exec(readme)?.[1] ?? ''
    const stage = await nixStage({ 'hop3.nix': example, 'index.html': 'hello' })
    const artifact = await stage.build()
    expect(artifact).toMatchObject({ kind: 'static', builder: 'nix' })
    expect(artifact.location).toContain(artifact.buildId)
    expect(artifact.runtime.workers).toEqual({ static: join(artifact.location, 'site') })
    expect(existsSync(join(artifact.location, 'site/index.html'))).toBe(true)
  })
})

it('lists every option that has a default', () => {
  for (const [key, value] of Object.entries<unknown>(readOptions(emptyAppConfig)))
    expect(readme).toContain(`| \`${key}\` | \`${String(value)}\` |`)
})
