import type { IncomingMessage } from 'node:http'
import type { DockerHost } from './docker-host.ts'
import type { DockerQuestion } from './docker-request.ts'

/** One call to the engine's API: see `sendToDocker`. Node's HTTP is loaded for it, which looking at an app does not need. */
export async function askDocker(host: DockerHost, question: DockerQuestion): Promise<IncomingMessage> {
  return (await import('./docker-request.ts')).sendToDocker(host, question)
}
