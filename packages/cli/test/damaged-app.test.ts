import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fakeMachine, type FakeMachine } from './fake-plugin.ts'
import { hop3Command } from '../../../scripts/hop3-command.ts'
import { runCommand, type Finished } from './hop3-process.ts'

let machine: FakeMachine
const hop3 = (words: readonly string[]): Promise<Finished> =>
  runCommand(hop3Command(['--plugin-root', machine.pluginRoot, ...words]), { cwd: machine.app, env: machine.env })

beforeAll(async () => {
  machine = await fakeMachine()
  for (const app of ['blog', 'shop']) await hop3(['deploy', '--app', app])
  await writeFile(join(machine.root, 'home/apps/blog/state.json'), '{ "gen')
})
afterAll(() => machine.remove())

const error = expect.objectContaining({ code: 'environment.state-damaged', hint: expect.stringContaining('state.json.damaged') })
const said = expect.stringMatching(
  /error: blog: \S+state\.json cannot be used: it is not JSON from line 1 on\. \[environment\.state-damaged\]\nhint: .*\n$/,
)

// In this order: what is stopped can be started.
test.each([
  [['stop', '--all'], /^Stopped shop\.\n$/, { apps: [], stopped: false, failed: [{ app: 'blog', error }] }],
  [['start', '--all'], /^shop runs r000001-/, { apps: [expect.objectContaining({ app: 'shop' }), { app: 'blog', error }] }],
  [['ps'], /^APP .*\nshop /, { apps: [expect.objectContaining({ app: 'shop' }), { app: 'blog', error }] }],
  [['proxy'], /\n {2}shop {2}fake/, { apps: [expect.objectContaining({ app: 'shop' }), { app: 'blog', error }] }],
])('%j goes on without an app whose state is damaged, and says so last', async (words, text, value) => {
  expect(await hop3([...words, '--quiet'])).toEqual({ exitCode: 75, stdout: expect.stringMatching(text), stderr: said })
  const inJson = await hop3([...words, '--json'])
  expect(inJson).toMatchObject({ exitCode: 75, stderr: '' })
  expect(JSON.parse(inJson.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject(value)
})

test('ps names the app whose artifact is damaged, the file and what mends it, beside what runs of it', async () => {
  const { releases } = JSON.parse((await hop3(['releases', 'shop', '--json'])).stdout.trimEnd().split('\n').at(-1) ?? '')
  const path = join(machine.root, 'home/apps/shop/releases', releases[0].id, 'BUILD_ARTIFACT.json')
  const written = await readFile(path, 'utf8')
  await writeFile(path, '{ "kind')
  expect(await hop3(['ps', 'shop'])).toEqual({
    exitCode: 50,
    stdout: expect.not.stringContaining('hop3 start'),
    stderr: `error: shop: "${path}" is not a usable build artifact: it is not JSON from line 1 on. [artifact.damaged]\nhint: Build the app again (\`hop3 deploy\` in its directory), or name another release (\`hop3 releases\` lists them).\n`,
  })
  const damage = { code: 'artifact.damaged' }
  const { apps, workers } = JSON.parse((await hop3(['ps', '--json'])).stdout)
  expect(apps).toMatchObject([
    { app: 'shop', isServed: false, error: damage },
    { app: 'blog', error: { code: 'environment.state-damaged' } },
  ])
  expect(workers).toMatchObject([{ app: 'shop', state: 'running' }])
  const { findings } = JSON.parse((await hop3(['doctor', '--json'])).stdout)
  const fix = expect.stringContaining('hop3 deploy')
  expect(findings).toContainEqual({ check: 'app shop', state: 'problem', seen: expect.stringContaining(path), fix })
  await writeFile(path, written)
})
