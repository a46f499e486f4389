import { Agent } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ProxyStage } from './proxy-stage.ts'

/**
 * Clients that never stop asking while `work` runs, five on connections they keep and three on a new one each time. Resolves to how many
 * requests there were, and what those said that were not answered with 200.
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
  const clients = Array.from({ length: 8 }, (_, index) => client(index < 5))
  await work().finally(() => over.abort())
  await Promise.all(clients)
  agent.destroy()
  return { asked, failures }
}
