/** One command whose log breaks off, told by an API server that goes away and comes back. */
import type { ServerResponse } from 'node:http'
import { deploymentContextFor, testHost } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { openCluster } from '../src/client/cluster.ts'
import { followCommand } from '../src/follow-command.ts'
import { podsOf } from '../src/pods.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

type Answer = (answer: ServerResponse) => void

const line = (second: number, text: string): string => `2026-03-01T10:00:0${second}.5Z ${text}\n`
const running: Answer = (answer) => answer.end(podIs({ running: {} }))
const ended: Answer = (answer) => answer.end(podIs({ terminated: { exitCode: 3, reason: 'Error' } }))
const away: Answer = (answer) => answer.socket?.destroy()
const brokenOff =
  (text: string): Answer =>
  (answer) =>
    void answer.write(text, () => answer.destroy())
const says =
  (status: number, text: string): Answer =>
  (answer) =>
    answer.writeHead(status).end(text)

test('a stream that breaks off is followed on from where it was, whoever was away in between', async () => {
  const { follow, printed, asked } = await following(
    [brokenOff(line(1, 'one') + line(2, 'two') + line(3, 'thr').trimEnd()), says(500, 'starting'), away, (answer) => answer.end(rest)],
    [away, says(503, 'starting'), running, running, running, ended],
  )
  const rest = line(2, 'two') + line(3, 'three') + line(4, 'four')
  expect(await follow()).toBe(3)
  expect(printed()).toEqual(['one', 'two', 'three', 'four'])
  expect(asked.map((query) => new URLSearchParams(query).get('sinceTime'))).toEqual([
    null,
    ...Array.from({ length: 3 }, () => '2026-03-01T10:00:02.000Z'),
    '2026-03-01T10:00:04.000Z',
  ])
})

test('nor is one that ends well the end of the command', async () => {
  const { follow, printed } = await following([says(200, line(1, 'one')), says(200, line(1, 'one') + line(2, 'two'))], [running, ended])
  expect(await follow()).toBe(3)
  expect(printed()).toEqual(['one', 'two'])
})

test('a log that may not be read is an error, and one that cannot be read to its end a warning', async () => {
  const refused = await following([says(403, '{"message":"pods is forbidden"}')], [running])
  await expect(refused.follow()).rejects.toMatchObject({ code: 'deploy.kubernetes.forbidden' })
  const gone = await following([brokenOff(line(1, 'one')), ...Array.from({ length: 50 }, () => says(500, 'the node is away'))], [ended])
  expect(await gone.follow()).toBe(3)
  expect(gone.printed()).toEqual(['one'])
  expect(gone.warnings()).toEqual([expect.stringMatching(/may be missing[^]*the node is away/)])
})

test('a cluster that stays away is given up', async () => {
  const { follow, waited } = await following([brokenOff(line(1, 'one'))], [away])
  await expect(follow()).rejects.toMatchObject({ code: 'environment.kubernetes-unreachable' })
  expect(waited()).toBeGreaterThan(30_000)
})

const podIs = (state: object): string =>
  JSON.stringify({ items: [{ metadata: { name: 'shop-exec-1' }, status: { containerStatuses: [{ state }] } }] })

/** The answers to each question for the log, and for the pod, the last of them again and again. The clock does not wait. */
async function following(logs: readonly Answer[], pods: readonly Answer[]) {
  const asked: string[] = []
  let looks = 0
  const server = await standInServer((request, answer) => {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    const next =
      path === '/version'
        ? says(200, '{}')
        : path.endsWith('/log')
          ? (logs[asked.push(query) - 1] ?? logs.at(-1))
          : (pods[looks++] ?? pods.at(-1))
    next?.(answer)
  })
  const host = await testHost()
  let now = 0
  const clock = { ...host.clock, monotonic: () => now, sleep: async (milliseconds: number) => void (now += milliseconds) }
  const env = { KUBECONFIG: await writeKubeconfig(host.directory, server) }
  const context = await deploymentContextFor(host, { env, clock })
  const cluster = await openCluster(context)
  onTestFinished(() => cluster.close())
  // It has answered before: the command was started.
  await cluster.ask({ method: 'GET', path: '/version' })
  const where = { app: 'shop', mark: 'mark', namespace: 'shop' }
  const [pod] = podsOf(JSON.parse(podIs({ running: {} })).items)
  if (pod === undefined) throw new Error('there is no pod')
  return {
    asked,
    waited: () => now,
    follow: () => followCommand({ context, cluster, where, name: 'shop-exec' }, pod),
    printed: () => host.events.filter(({ data }) => data?.['stream'] === 'stdout').map(({ text }) => text),
    warnings: () => host.events.filter(({ level }) => level === 'warn').map(({ text }) => text),
  }
}
