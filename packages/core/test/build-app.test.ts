import { expect, it } from 'vitest'
import { buildApp, deployApp, rollbackApp } from '../src/index.ts'
import { createWorld } from './memory-world.ts'

function built() {
  const world = createWorld()
  world.use({ version: '1' })
  return { world, build: (options = {}) => buildApp(world.app, world.host, options) }
}

it('builds an unchanged source once, whether it serves or not', async () => {
  const { world, build } = built()
  const first = await build()
  expect(first.changed).toBe(true)
  expect(await build()).toEqual({ ...first, changed: false })
  expect(world.disk.releases.size).toBe(1)
  const { release } = await deployApp(world.app, world.host)
  expect(await build()).toMatchObject({ release, changed: false })
})

it('builds again what changed, what is gone, and what it is told to', async () => {
  const { world, build } = built()
  const releases = [(await build()).release]
  const again = async (options = {}) => {
    const { release, changed } = await build(options)
    expect(changed).toBe(true)
    releases.push(release)
  }
  world.use({ version: '2' })
  await again()
  world.use({ version: '1' })
  await again()
  await again({ force: true })
  world.disk.lost = true
  await again()
  expect(new Set(releases).size).toBe(5)
})

it('leaves to the next deploy what it has made', async () => {
  const { world, build } = built()
  await deployApp(world.app, world.host)
  world.use({ version: '2' })
  const { release } = await build({ toDeploy: true })
  expect(await deployApp(world.app, world.host)).toMatchObject({ release, changed: true })
  expect(world.disk.releases.size).toBe(2)
})

it('what somebody has gone back from is built anew', async () => {
  const { world } = built()
  await deployApp(world.app, world.host)
  world.use({ version: '2' })
  const { release } = await deployApp(world.app, world.host)
  await rollbackApp('blog', world.host)
  const after = await deployApp(world.app, world.host)
  expect(after.changed).toBe(true)
  expect(after.release).not.toBe(release)
})

it('is refused what a deploy is refused, where it is made for one', async () => {
  const { world, build } = built()
  world.use({ version: '1', fault: 'check' })
  await expect(build({ toDeploy: true })).rejects.toMatchObject({ code: 'config.deploy.memory' })
  expect(world.calls).not.toContain('build')
})
