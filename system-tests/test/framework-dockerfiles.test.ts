/** Dockerfiles nobody wrote for this program, deployed as they are published. */
import { join } from 'node:path'
import { readArtifact } from '@hop3/core'
import { expect, it } from 'vitest'
import { deployUnchanged } from '../src/deployed-app.ts'
import { publishedDockerfiles } from '../src/framework-dockerfiles.ts'
import { checkNothingLeft } from '../src/image-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const host = machineOfFile()

it.skipIf(lacks('docker', 'npm', 'python3')).each(publishedDockerfiles)(
  'the Dockerfile of $name ($source) runs unchanged',
  { timeout: 900_000 },
  async ({ name, answers, port, make }) => {
    const { machine } = host
    const app = `published-${name}`
    const source = join(host.sources, app)
    await make(source)
    const deployed = await deployUnchanged(machine, source, ['--builder', 'docker', '--deployer', 'compose'])
    expect(await deployed.get('/')).toMatchObject({ status: 200, body: expect.stringContaining(answers) })
    const { metadata } = await readArtifact(join(machine.home, 'apps', app, 'current/BUILD_ARTIFACT.json'))
    expect(metadata['port']).toBe(port)
    expect(await machine.hop3(['destroy', app, '--yes'])).toMatchObject({ exitCode: 0 })
    checkNothingLeft(machine.home)
  },
)
