/** An image that somebody removed from the engine while nothing ran it: the next deploy finds that out, and builds. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkNothingLeft, writeImageApp } from '../src/image-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const host = machineOfFile()
const app = `hop3-test-${Buffer.from(crypto.getRandomValues(new Uint8Array(4))).toString('hex')}`

it.skipIf(lacks('docker', 'go'))('a deploy of what has not changed builds an image that is gone', { timeout: 300_000 }, async () => {
  const { machine } = host
  const source = join(host.sources, app)
  await writeImageApp(source, 'one')
  const deploy = () => machine.hop3(['deploy', source, '--builder', 'docker', '--json'])
  expect((await deploy()).result).toMatchObject({ app, changed: true })
  expect((await deploy()).result).toMatchObject({ app, changed: false })
  await machine.hop3(['stop', app])
  execFileSync('docker', ['rmi', '--force', ...imagesOf(app)])
  const again = await deploy()
  expect(again.result).toMatchObject({ app, changed: true })
  expect(JSON.stringify(again.events)).toContain('is gone')
  expect(await (await fetch(`http://127.0.0.1:${String(again.result['port'])}/`)).text()).toBe('one')
  expect(await machine.hop3(['destroy', app, '--yes'])).toMatchObject({ exitCode: 0 })
  checkNothingLeft(machine.home)
  expect(imagesOf(app)).toEqual([])
})

function imagesOf(name: string): readonly string[] {
  const lines = execFileSync('docker', ['images', '--no-trunc', '--quiet', `hop3/${name}`], { encoding: 'utf8' }).split('\n')
  return [...new Set(lines.filter((line) => line !== ''))]
}
