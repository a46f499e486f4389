import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { writeArtifact } from '@hop3/core'
import { describe, expect, it } from 'vitest'
import { nixBuilder } from '../src/index.ts'
import { lacksNix, nixStage, shellDerivation } from './nix-stage.ts'

const app = (bytes: number, name = 'data'): string =>
  `let data = ${shellDerivation(name, `head -c ${bytes} /dev/zero > $out`)}; in
  { package = ${shellDerivation('app', 'mkdir $out; echo $data > $out/data', 'inherit data;')}; workers.web = "x"; }`

describe.skipIf(lacksNix())('the closure of a release', { timeout: 60_000 }, () => {
  it('stands in its artifact: size, largest members, and what has changed since the current one', async () => {
    const stage = await nixStage({ 'hop3.nix': app(100_000) })
    const { builder, context } = await stage.builder()
    const first = await builder.build()
    const all = stage.nix('nix-store', '-qR', first.location).trim().split('\n')
    const sizes = all.map((path) => Number(execFileSync('nix-store', ['-q', '--size', path], { env: stage.env, encoding: 'utf8' })))
    expect(first.metadata).toMatchObject({
      nix: {
        paths: [first.location],
        closure: { size: sizes.reduce((sum, one) => sum + one, 0), count: 2, largest: [{ size: 100_112 }, {}] },
      },
    })
    expect(first.metadata).not.toHaveProperty('nix.closure.change')

    const { id, path } = context.release
    await writeArtifact(join(path, 'BUILD_ARTIFACT.json'), first)
    const plan = await nixBuilder.describePlan?.((await stage.builder({ current: { id, path } })).context)
    expect(plan).toEqual({
      title: 'Nix',
      rows: [
        ['serves', expect.stringMatching(/^10\d kB in 2 paths of the store$/), id],
        ['largest', expect.stringMatching(/^data 100 kB, app \d+ bytes$/)],
      ],
      value: { closure: { release: id, size: expect.any(Number), count: 2, largest: [expect.anything(), expect.anything()] } },
    })

    stage.write({ 'hop3.nix': app(40_000, 'less') })
    const second = await stage.build({ current: { id, path } })
    expect(second.metadata).toMatchObject({
      nix: { closure: { change: { release: id, size: -60_000, added: ['app', 'less'], removed: ['app', 'data'] } } },
    })
  })

  it('is left without a difference where the current release has lost its paths', async () => {
    const stage = await nixStage({ 'hop3.nix': app(10) })
    const { builder, context } = await stage.builder()
    const { location } = await builder.build()
    const { id, path } = context.release
    execFileSync('rm', [`${path}/gcroot`])
    execFileSync('ln', ['-s', `${location.slice(0, -3)}not`, `${path}/gcroot`])
    const { metadata } = await stage.build({ current: { id, path } })
    expect(metadata).toHaveProperty('nix.closure.count', 2)
    expect(metadata).not.toHaveProperty('nix.closure.change')
  })
})
