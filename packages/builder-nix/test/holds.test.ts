import { existsSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Run } from '@hop3/core'
import { describe, expect, it } from 'vitest'
import { lacksNix, nixStage, shellDerivation, type NixStage } from './nix-stage.ts'

const tool = shellDerivation('tool', 'echo tool > $out')
const files = {
  'hop3.nix': `{ package = ${shellDerivation('app', 'mkdir $out')}; workers.web = "cat \${${tool}}"; }`,
}

/** Asked as the next deploy would ask: of a builder whose release is another, and which finds no Nix. */
async function built(): Promise<
  NixStage & { readonly releasePath: string; readonly location: string; readonly held: () => Promise<unknown> }
> {
  const stage = await nixStage(files)
  const { builder, context } = await stage.builder()
  const artifact = await builder.build()
  const held = async (): Promise<unknown> => {
    const next = await stage.builder({ env: { ...stage.env, PATH: '/nonexistent' } })
    return next.builder.holds?.(artifact)
  }
  return { ...stage, releasePath: context.release.path, location: artifact.location, held }
}

describe.skipIf(lacksNix())('what a release needs of the store', { timeout: 60_000 }, () => {
  it('is held until the collector may take it', async () => {
    const stage = await built()
    stage.nix('nix-collect-garbage')
    expect(await stage.held()).toBe(true)
    rmSync(join(stage.releasePath, 'gcroot'))
    stage.nix('nix-collect-garbage')
    expect(await stage.held()).toBe(false)
  })

  it('is not held where a path of it has gone, and is built again', async () => {
    const stage = await built()
    const other =
      ['gcroot', 'gcroot-2'].map((name) => readlinkSync(join(stage.releasePath, name))).find((path) => path !== stage.location) ?? ''
    stage.nix('nix-store', '--delete', '--ignore-liveness', other)
    expect(await stage.held()).toBe(false)
    await stage.build()
    expect(existsSync(other)).toBe(true)
  })

  it('is not held where the store has forgotten the link', async () => {
    const stage = await built()
    const auto = join(stage.env['NIX_STATE_DIR'] ?? '', 'gcroots/auto')
    for (const name of readdirSync(auto)) rmSync(join(auto, name))
    expect(await stage.held()).toBe(false)
  })

  it('is evaluated once more where the collector takes it before it is built', async () => {
    const stage = await nixStage(files)
    let collections = 0
    const start = stage.host.run
    const run: Run = (command) => {
      if (command.args.includes('--realise') && collections++ === 0) stage.nix('nix-collect-garbage')
      return start(command)
    }
    expect(existsSync((await stage.build({ run })).location)).toBe(true)
    expect(collections).toBe(2)
    expect(stage.texts()).toContain('The garbage collector of Nix took what was to be built')
  })
})
