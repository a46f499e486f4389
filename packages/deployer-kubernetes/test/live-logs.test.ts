/** Following what pods print, of an API server that lets go of it. */
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { deploymentContextFor, testHost } from '@hop3/testing'
import { expect, onTestFinished, test } from 'vitest'
import { kubernetesDeployer } from '../src/index.ts'
import { label } from '../src/objects/names.ts'
import { keepPlace } from '../src/place.ts'
import { imageArtifact } from './image-artifact.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

test('it begins with the last lines, also where the first stream does not come about', async () => {
  const pod = oldPod()
  let isAway = true
  const { asked, printed, looks } = await followed(pod, (answer) => {
    if (isAway) answer.writeHead(500).end('the node is away')
    return isAway
  })
  await looks(3)
  isAway = false
  await printed('old 3', 'old 4')
  expect(asked.length).toBeGreaterThan(1)
  expect(asked.map((query) => [query.get('tailLines'), query.get('sinceTime')])).toEqual(asked.map(() => ['2', null]))
})

test('a break that is noticed late loses nothing and doubles nothing, also in the middle of a line', async () => {
  const pod = oldPod()
  const { asked, printed } = await followed(pod)
  await printed('old 3', 'old 4')
  pod.print('one')
  await printed('one')
  pod.vanish()
  pod.print('two', 'three')
  // Long after the second that the last line was printed in.
  pod.pass(10)
  pod.breakOff()
  await printed('two', 'three')
  pod.breakOff('four', 2)
  pod.print('five')
  await printed('four', 'five')
  expect(asked.slice(1).map((query) => query.get('tailLines'))).toEqual(asked.slice(1).map(() => null))
})

test('nor does a stream that ends well while the container goes on', async () => {
  const pod = oldPod()
  const { asked, printed } = await followed(pod)
  await printed('old 3', 'old 4')
  for (const text of ['one', 'two']) {
    pod.endStreams()
    pod.print(text)
    await printed(text)
  }
  expect(asked).toHaveLength(3)
})

test('of an instance that has printed nothing yet, all that comes', async () => {
  const pod = loggingPod()
  const { asked, printed, looks } = await followed(pod)
  await looks(2)
  pod.endStreams()
  pod.print('one', 'two', 'three')
  await printed('one', 'two', 'three')
  expect(asked.map((query) => query.get('tailLines'))).toEqual(['2', null])
})

test('a container that is started again is followed on, with the rest of the one before it', async () => {
  const pod = oldPod()
  const { asked, printed } = await followed(pod)
  await printed('old 3', 'old 4')
  pod.restart()
  pod.print('again')
  await printed('again')
  pod.vanish()
  pod.print('last words')
  pod.restart()
  pod.print('and again')
  await printed('last words', 'and again')
  expect(asked.at(-2)?.get('previous')).toBe('true')
})

test('what has ended is read to its end, and no more', async () => {
  const pod = oldPod()
  const { asked, printed, looks } = await followed(pod)
  await printed('old 3', 'old 4')
  pod.vanish()
  pod.print('last words')
  pod.end()
  await printed('last words')
  await looks(5)
  expect(asked).toHaveLength(2)
})

test('what may not be read is said', async () => {
  const { ended } = await followed(oldPod(), (answer) => {
    answer.writeHead(403).end('{"message":"pods is forbidden"}')
    return true
  })
  await expect(ended).rejects.toMatchObject({ code: 'deploy.kubernetes.forbidden' })
})

const oldPod = (): LoggingPod => {
  const pod = loggingPod()
  pod.print('old 1', 'old 2', 'old 3', 'old 4')
  return pod
}

type LoggingPod = ReturnType<typeof loggingPod>

/** A pod as its node has it: logs of its containers by the time they were printed at, and the streams that are open. */
function loggingPod() {
  interface Line {
    readonly time: number
    readonly text: string
  }
  const containers: Line[][] = [[]]
  /** And whether lines are asked for with their time. */
  const open = new Map<ServerResponse, boolean>()
  let isRunning = true
  let now = Date.parse('2026-03-01T10:00:00.100Z')
  const letGo = (how: (answer: ServerResponse, isStamped: boolean) => void): void => {
    open.forEach((isStamped, answer) => how(answer, isStamped))
    open.clear()
  }
  const written = ({ time, text }: Line, isStamped: boolean): string => `${isStamped ? `${new Date(time).toISOString()} ` : ''}${text}`
  let isHeard = true
  const keep = (text: string): Line => {
    const line = { time: (now += 300), text }
    containers.at(-1)?.push(line)
    return line
  }
  return {
    status: () => ({
      restartCount: containers.length - 1,
      state: isRunning ? { running: {} } : { terminated: { exitCode: 0, reason: 'Completed' } },
    }),
    pass: (seconds: number) => void (now += seconds * 1000),
    print(...texts: readonly string[]) {
      for (const text of texts) {
        const line = keep(text)
        if (isHeard) open.forEach((isStamped, answer) => answer.write(`${written(line, isStamped)}\n`))
      }
    },
    /** What is printed reaches nobody, and nobody is told, until streams break off. */
    vanish: () => void (isHeard = false),
    /** Behind as many characters of a line's text as given. */
    breakOff(text = '', length = 0) {
      const line = text === '' ? undefined : keep(text)
      letGo((answer, isStamped) => {
        if (line === undefined) answer.destroy()
        else answer.write(written({ ...line, text: text.slice(0, length) }, isStamped), () => answer.destroy())
      })
      isHeard = true
    },
    endStreams: () => letGo((answer) => answer.end()),
    restart() {
      letGo((answer) => (isHeard ? answer.end() : answer.destroy()))
      isHeard = true
      containers.push([])
    },
    end() {
      isRunning = false
      letGo((answer) => answer.destroy())
    },
    answer(query: URLSearchParams, answer: ServerResponse) {
      const since = Date.parse(query.get('sinceTime') ?? '1970-01-01T00:00:00Z')
      const lines = (containers.at(query.has('previous') ? -2 : -1) ?? []).filter(({ time }) => time >= since)
      const tail = Number(query.get('tailLines') ?? lines.length)
      answer.writeHead(200).flushHeaders()
      const isStamped = query.get('timestamps') === 'true'
      for (const line of lines.slice(lines.length - tail)) answer.write(`${written(line, isStamped)}\n`)
      if (query.has('previous') || !isRunning) answer.end()
      else open.set(answer, isStamped)
    },
  }
}

/** Its two last lines, and what comes. `instead` answers where it returns true. The clock does not wait as long as it says. */
async function followed(pod: LoggingPod, instead: (answer: ServerResponse) => boolean = () => false) {
  const asked: URLSearchParams[] = []
  let looked = 0
  const server = await standInServer((request, answer) => {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    if (path.endsWith('/log')) {
      asked.push(new URLSearchParams(query))
      if (!instead(answer)) pod.answer(new URLSearchParams(query), answer)
      return
    }
    looked += 1
    const labels = { [label.worker]: 'web', [label.generation]: '1' }
    answer.end(JSON.stringify({ items: [{ metadata: { name: 'shop-web-1', labels }, status: { containerStatuses: [pod.status()] } }] }))
  })
  const host = await testHost()
  const clock = { ...host.clock, sleep: (_: number, signal?: AbortSignal) => sleep(10, undefined, { ...(signal && { signal }) }) }
  const env = { KUBECONFIG: await writeKubeconfig(host.directory, server) }
  const context = await deploymentContextFor(host, { env, clock })
  await keepPlace(context, { context: 'default', server, namespace: 'shop', isOwnNamespace: false })
  const stopped = new AbortController()
  const lines: string[] = []
  const onLine = ({ text }: { readonly text: string }): void => void lines.push(text)
  const ended = kubernetesDeployer.create(context, imageArtifact('none', '/nowhere')).logs?.({
    lines: 2,
    follow: true,
    signal: stopped.signal,
    onLine,
  })
  // Whoever is to hear of it is yet to ask.
  ended?.catch(() => {})
  onTestFinished(async () => {
    stopped.abort()
    await ended?.catch(() => {})
  })
  const expected: string[] = []
  const looks = async (more: number): Promise<void> => {
    const last = looked + more
    await expect.poll(() => looked, { timeout: 5_000, interval: 5 }).toBeGreaterThanOrEqual(last)
  }
  /** Beside what was printed before, exactly that: what comes twice may come with the looks after it. */
  const printed = async (...texts: readonly string[]): Promise<void> => {
    expected.push(...texts)
    await expect.poll(() => lines.length, { timeout: 5_000, interval: 5 }).toBeGreaterThanOrEqual(expected.length)
    await looks(2)
    expect(lines).toEqual(expected)
  }
  return { asked, ended, looks, printed }
}
