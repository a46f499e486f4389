/** Secrets of the stack in the swarm. */
import { objectOf } from '../containers.ts'
import { expectStatus, type Engine } from '../engine.ts'

/** Those no service uses: the swarm keeps the others. */
export async function removeSecrets(engine: Engine, stack: string, kept: ReadonlySet<string> = new Set()): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.stack.namespace=${stack}`] }))
  const answer = await engine.ask('GET', `/secrets?filters=${filters}`)
  expectStatus(answer, [200], 'Cannot list the secrets of the swarm')
  for (const one of Array.isArray(answer.body) ? answer.body : []) {
    const { ID, Spec } = objectOf(one)
    if (kept.has(String(objectOf(Spec)['Name']))) continue
    // 400: a service uses it.
    expectStatus(await engine.ask('DELETE', `/secrets/${String(ID)}`), [204, 400, 404], 'Cannot remove a secret')
  }
}
