import { expect, it } from 'vitest'
import { runBefore } from '../src/before-run.ts'
import { createLog, type LogEvent } from '../src/log.ts'
import { definePlugin, protocolVersion } from '../src/plugin.ts'
import { createRegistry } from '../src/registry.ts'
import { targetFor } from '../src/target.ts'
import { deployApp } from '../src/index.ts'
import { createWorld } from './memory-world.ts'

/** A release with these commands, each of which prints the lines and exits with the number it consists of. */
async function run(env: Readonly<Record<string, string>>, ...commands: readonly string[]): Promise<{ error: unknown; events: LogEvent[] }> {
  const world = createWorld()
  world.use({ version: '1', beforeRun: commands })
  await deployApp(world.app, world.host)
  world.disk.env = { ...env }
  const plugin = definePlugin({
    protocol: protocolVersion,
    deployers: [
      {
        name: 'printing',
        specificity: 'inferred',
        create: (context) => ({
          name: 'printing',
          accept: async () => ({ accepted: true, reason: 'always' }),
          deploy: async () => ({ protocol: 'none', address: '', port: null, upstreams: [] }),
          scale: async () => {},
          stop: async () => {},
          status: async () => [],
          exec: async (command) => {
            const [exitCode = '', ...lines] = command.split('\n')
            for (const line of lines) context.log.child({ strategy: 'printing' }).output(line, 'stdout')
            return Number(exitCode)
          },
        }),
      },
    ],
  })
  const events: LogEvent[] = []
  const log = createLog({ sink: (event) => events.push(event), clock: world.host.clock })
  const host = { ...world.host, log, registry: createRegistry({ plugins: { plugin } }) }
  const appHome = host.home.app('blog')
  const converging = { appHome, host, state: await appHome.readState(), record: async () => {} }
  const target = await targetFor(converging, world.disk.current ?? '', converging.state)
  const error = await runBefore(converging, target, 'printing').catch((thrown: unknown) => thrown)
  return { error, events }
}

it('shows the last lines of the command that failed, and of no other', async () => {
  const many = Array.from({ length: 30 }, (_, index) => `line ${index + 1}`)
  const { error, events } = await run({}, '0\nfine', `7\n${many.join('\n')}`, '0\nnever run')
  const shown = many.slice(-20)
  expect(error).toMatchObject({
    code: 'deploy.before-run',
    message: expect.stringMatching(/exited with 7\. Its last lines:\n {2}line 11\n(?: {2}line \d+\n)*? {2}line 30$/),
    details: { exitCode: 7, lines: shown },
  })
  expect(events.filter(({ data }) => data?.['kind'] === 'output').map(({ text, phase }) => [text, phase])).toEqual(
    ['fine', ...many].map((text) => [text, 'before-run']),
  )
})

it('says so when there are none, and shows no value the operator has set', async () => {
  expect((await run({}, '1')).error).toMatchObject({ message: expect.stringMatching(/exited with 1\. It printed nothing\.$/) })
  const { error } = await run({ PASSWORD: 'correct horse' }, '1\nlogin with correct horse failed')
  expect(error).toMatchObject({ details: { lines: ['login with [MASKED] failed'] } })
})
