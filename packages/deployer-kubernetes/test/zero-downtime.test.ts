/** Requests that never stop, through a NodePort: updates, rollbacks, scaling and a pod that is deleted lose none of them. */
import { execFile } from 'node:child_process'
import { Agent, request } from 'node:http'
import { promisify } from 'node:util'
import type { DeploymentInfo } from '@hop3/core'
import { describe, expect, inject, test } from 'vitest'
import { stage } from './staged.ts'

const skipped = inject('skipped')
const perSecond = 200

describe.skipIf(skipped !== '')(`on a cluster${skipped === '' ? '' : ` (${skipped})`}`, { timeout: 600_000 }, () => {
  test('ten updates, three rollbacks, scaling and a deleted pod lose no request', async () => {
    const first = await stage({ context: { scale: { web: 2 } } })
    const info = await first.deployer.deploy()
    const load = startLoad(info)
    const turn = async (counter: number, generation: number): Promise<void> => {
      const next = await stage({ counter, host: first.host, context: { generation, scale: { web: 2 } } })
      await next.deployer.deploy()
      await next.deployer.retire?.()
    }
    for (let counter = 2; counter <= 11; counter += 1) await turn(counter, counter)
    for (const [index, counter] of [10, 9, 11].entries()) await turn(counter, 12 + index)
    const last = await stage({ counter: 11, host: first.host, context: { generation: 14, scale: { web: 2 } } })
    await last.deployer.scale({ web: 2 })
    const [pod = ''] = (await kubectlBeside(['get', 'pods', '--output', 'name'])).trim().split('\n')
    await kubectlBeside(['delete', pod])
    const fewer = await stage({ counter: 11, host: first.host, context: { generation: 14, scale: { web: 4 } } })
    await fewer.deployer.scale({ web: -3 })
    const { asked, failures } = await load.end()
    console.log(`${asked} requests, ${failures.length} failed`)
    expect(failures).toEqual([])
    expect(asked).toBeGreaterThan(perSecond * 30)
  })
})

/** Who asks has to go on: a connection that has been made and says nothing for seconds is one that a pod closes. */
async function kubectlBeside(args: readonly string[]): Promise<string> {
  const { kubectl, kubeconfig } = inject('kubernetes')
  const { stdout } = await promisify(execFile)(kubectl, ['--kubeconfig', kubeconfig, '--namespace', 'hop3-shop', ...args])
  return stdout
}

/** Half of them over connections that are kept. */
function startLoad({ address, port }: DeploymentInfo): { readonly end: () => Promise<{ asked: number; failures: readonly string[] }> } {
  const kept = new Agent({ keepAlive: true, maxSockets: 20 })
  const failures: string[] = []
  const open = new Set<Promise<void>>()
  const served = new WeakSet()
  let asked = 0
  const ask = (agent: Agent | undefined): Promise<void> =>
    new Promise((resolve) => {
      const fail = (why: string): void => {
        failures.push(`${new Date().toISOString()} ${agent === undefined ? 'new' : 'kept'}: ${why}`)
        resolve()
      }
      const sent = request(
        { host: address, port, path: '/', timeout: 20_000, ...(agent === undefined ? { agent: false } : { agent }) },
        (answer) => {
          answer.resume()
          answer.on('error', (error) => fail(error.message))
          answer.on('end', () => (answer.statusCode === 200 ? resolve() : fail(`status ${answer.statusCode}`)))
        },
      )
      // Node says `reusedSocket` only of a connection that nobody waited for.
      let isReused = false
      sent.on('socket', (socket) => {
        isReused = served.has(socket)
        served.add(socket)
      })
      // A kept connection that the server has closed meanwhile is asked over another one, as every client does.
      sent.on('error', (error) =>
        isReused && /ECONNRESET|EPIPE|hang up/.test(error.message) ? void ask(undefined).then(resolve) : fail(error.message),
      )
      sent.on('timeout', () => sent.destroy(new Error('no answer within 20 s')))
      sent.end()
    })
  const began = performance.now()
  const timer = setInterval(() => {
    // Of a host that is busy, too.
    while (asked < ((performance.now() - began) / 1000) * perSecond) {
      asked += 1
      const one = ask(asked % 2 === 0 ? kept : undefined)
      open.add(one)
      void one.then(() => open.delete(one))
    }
  }, 20)
  return {
    async end() {
      clearInterval(timer)
      await Promise.all(open)
      kept.destroy()
      return { asked, failures }
    },
  }
}
