import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProxyStage } from './proxy-stage.ts'

/**
 * Clients that never stop asking while `work` runs: five on connections they keep, three on a new one each time, and thirty that keep theirs
 * idle for most of a second. Resolves to how many requests there were, and what those said that were not answered with 200.
 */
export async function askingAlong(
  ask: ProxyStage['ask'],
  work: () => Promise<void>,
): Promise<{ readonly asked: number; readonly failures: readonly string[] }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 5 })
  const failures: string[] = []
  let asked = 0
  const over = new AbortController()
  const client = async (keeps: boolean): Promise<void> => {
    while (!over.signal.aborted) {
      const { status, body } = await ask(keeps ? { agent } : {}).catch((error: unknown) => ({ status: 0, body: String(error) }))
      asked += 1
      // Else they would take the time the work needs.
      await sleep(5)
      if (status !== 200) failures.push(`${status} ${body}${keeps ? ' on a kept connection' : ''}`)
    }
  }
  const seldom = async (number: number): Promise<void> => {
    const own = new Agent({ keepAlive: true, maxSockets: 1 })
    while (!over.signal.aborted) {
      await sleep(300 + ((number * 97) % 400), undefined, { signal: over.signal }).catch(() => {})
      const { status, body } = await ask({ agent: own }).catch((error: unknown) => ({ status: 0, body: String(error) }))
      asked += 1
      if (status !== 200) failures.push(`${status} ${body} on a connection that was idle`)
    }
    own.destroy()
  }
  const often = Array.from({ length: 8 }, (_, index) => client(index < 5))
  const clients = [...often, ...Array.from({ length: 30 }, (_, index) => seldom(index))]
  await work().finally(() => over.abort())
  await Promise.all(clients)
  agent.destroy()
  return { asked, failures }
}
