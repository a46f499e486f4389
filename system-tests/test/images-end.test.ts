/** Images go with their releases: pruned, never started, imported under another name, in use when they should have gone. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { checkNothingLeft, writeImageApp } from '../src/image-app.ts'
import { machineOfFile } from '../src/machine-of-file.ts'
import { lacks } from '../src/programs.ts'

const host = machineOfFile()
const mark = Buffer.from(crypto.getRandomValues(new Uint8Array(4))).toString('hex')
const app = `hop3-test-${mark}`
const other = `hop3-test-other-${mark}`

it.skipIf(lacks('docker', 'go'))('an image goes with its release', { timeout: 300_000 }, async () => {
  const { machine } = host
  const source = join(host.sources, app)
  const hop3 = async (...words: readonly string[]) => {
    const finished = await machine.hop3([...words, '--json'], { env: { HOP3_KEEP: '1' } })
    expect(finished).toMatchObject({ exitCode: 0 })
    return finished
  }
  const version = async (text: string, ...words: readonly string[]): Promise<string> => {
    await writeImageApp(source, text)
    return String((await hop3(...words, source, '--app', app, '--builder', 'docker')).result['release'])
  }
  // Built, and never started.
  await version('one', 'build')
  const bundle = join(machine.directory, 'image.hop3')
  await hop3('export', app, '-o', bundle)
  await hop3('import', bundle, '--app', other)
  expect(imagesOf(other)).toHaveLength(1)

  const two = await version('two', 'deploy')
  expect(imagesOf(app)).toEqual([two])
  const user = docker('create', '--name', app, `hop3/${app}:${two}`)
  onTestFinished(() => void docker('rm', '--force', user))
  await version('three', 'deploy')
  const four = await version('four', 'deploy')
  expect(imagesOf(app), 'somebody’s container needs one that should have gone').toContain(two)
  docker('rm', '--force', user)
  const five = await version('five', 'deploy')
  expect(imagesOf(app)).toEqual([four, five])

  await hop3('destroy', app, '--yes')
  expect(imagesOf(app)).toEqual([])
  await hop3('destroy', other, '--yes')
  expect(imagesOf(other)).toEqual([])
  checkNothingLeft(machine.home)
})

function docker(...words: readonly string[]): string {
  return execFileSync('docker', [...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
}

/** The releases they are called after. */
function imagesOf(name: string): readonly string[] {
  const tags = docker('images', '--format', '{{.Tag}}', `hop3/${name}`).split('\n')
  return tags.filter((tag) => tag !== '').toSorted()
}
