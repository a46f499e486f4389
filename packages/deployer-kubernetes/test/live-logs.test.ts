/** Following what pods print, of an API server that lets go of it. */
import type { ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { deploymentContextFor, testHost } from '@hop3/testing'
import { expect, test } from 'vitest'
import { kubernetesDeployer } from '../src/index.ts'
import { label } from '../src/objects/names.ts'
import { keepPlace } from '../src/place.ts'
import { imageArtifact } from './image-artifact.ts'
import { standInServer, writeKubeconfig } from './stand-in-server.ts'

const forbidden = '{"message":"pods is forbidden"}'

test('a container that is started again, and a stream that breaks off, are followed on', async () => {
  let restarts = 0
  const asked: string[] = []
  const streams: readonly ((answer: ServerResponse) => void)[] = [
    (answer) => answer.writeHead(500).end('the node is away'),
    (answer) => void answer.write('one\n', () => answer.destroy()),
    (answer) => {
      answer.end('two\n')
      restarts = 1
    },
    (answer) => void answer.write('three\n'),
  ]
  const { lines, follow } = await followed(
    () => restarts,
    (answer, query) => streams[asked.push(query) - 1]?.(answer),
  )
  await follow((line) => line === 'three')
  expect(lines).toEqual(['one', 'two', 'three'])
  const [first, again, on, next] = asked.map((query) => Object.fromEntries(new URLSearchParams(query)))
  expect([first, again]).toMatchObject([{ tailLines: '5' }, { tailLines: '5' }])
  expect(on).toMatchObject({ sinceSeconds: expect.stringMatching(/^[1-9]/) })
  expect([on?.['tailLines'], next?.['tailLines'], next?.['sinceSeconds']]).toEqual([undefined, undefined, undefined])
})

test('what may not be read is said', async () => {
  const { follow } = await followed(
    () => 0,
    (answer) => answer.writeHead(403).end(forbidden),
  )
  await expect(follow(() => false)).rejects.toMatchObject({ code: 'deploy.kubernetes.forbidden' })
})

/** Of one pod. The clock does not wait as long as it says. */
async function followed(
  restarts: () => number,
  log: (answer: ServerResponse, query: string) => void,
): Promise<{ readonly lines: readonly string[]; readonly follow: (isLast: (line: string) => boolean) => Promise<void> }> {
  const server = await standInServer((request, answer) => {
    const [path = '', query = ''] = (request.url ?? '').split('?')
    if (path.endsWith('/log')) return log(answer, query)
    const status = { containerStatuses: [{ restartCount: restarts(), state: { running: {} } }] }
    const labels = { [label.worker]: 'web', [label.generation]: '1' }
    answer.end(JSON.stringify({ items: [{ metadata: { name: 'shop-web-1', labels }, status }] }))
  })
  const host = await testHost()
  const kubeconfig = await writeKubeconfig(host.directory, server)
  const clock = { ...host.clock, sleep: (_: number, signal?: AbortSignal) => sleep(10, undefined, { ...(signal && { signal }) }) }
  const context = await deploymentContextFor(host, { env: { KUBECONFIG: kubeconfig }, clock })
  await keepPlace(context, { context: 'default', server, namespace: 'shop', isOwnNamespace: false })
  const lines: string[] = []
  const deployer = kubernetesDeployer.create(context, imageArtifact('none', '/nowhere'))
  return {
    lines,
    async follow(isLast) {
      const ended = new AbortController()
      const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(20_000)])
      const onLine = ({ text: line }: { readonly text: string }): void => {
        lines.push(line)
        if (isLast(line)) ended.abort()
      }
      await deployer.logs?.({ lines: 5, follow: true, signal, onLine })
    },
  }
}
