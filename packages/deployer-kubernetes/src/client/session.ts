/** Connections with the credentials of now: another plugin's answer, and they are made anew. */
import type { ClusterChoice } from './kubeconfig.ts'
import type { PluginAccess } from './credential-plugin.ts'
import { readCredentials, type Credentials } from './credentials.ts'
import { connect, type Answer, type Connection } from './request.ts'

export interface Session {
  readonly server: string
  /** Where the server does not know who asks (401), `ask` is done again, once, with what a credential plugin says then. */
  with(ask: (connection: Connection) => Promise<Answer>): Promise<Answer>
  close(): void
}

interface Held {
  readonly credentials: Credentials
  readonly connection: Connection
  /** Its plugin was asked because the server had refused what it said before. */
  readonly isAnew: boolean
}

/** Throws what `readCredentials` does, as does `with`. */
export async function openSession(choice: ClusterChoice, access: PluginAccess): Promise<Session> {
  const all: Connection[] = []
  /** Those the server has taken. */
  const known = new Set<Held>()
  const make = async (refused?: Held): Promise<Held> => {
    const credentials = await readCredentials(choice, access, refused?.credentials.brought)
    const connection = connect(credentials)
    all.push(connection)
    return { credentials, connection, isAnew: refused !== undefined }
  }
  let held = await make()
  let making: Promise<Held> | undefined
  /** Of requests at the same time one has it made, for all. */
  const instead = async (of: Held, refused?: Held): Promise<Held> => {
    if (held !== of) return held
    making ??= make(refused).finally(() => (making = undefined))
    held = await making
    return held
  }
  return {
    server: held.credentials.server.href,
    async with(ask) {
      const asked = async (one: Held): Promise<Answer> => {
        const answer = await ask(one.connection)
        if (answer.status !== 401) known.add(one)
        return answer
      }
      const now = isOver(held, access) ? await instead(held) : held
      const answer = await asked(now)
      const canHelp = now.credentials.brought !== undefined && (!now.isAnew || known.has(now))
      return answer.status === 401 && canHelp ? asked(await instead(now, now)) : answer
    },
    close() {
      for (const one of all) one.close()
    },
  }
}

const isOver = ({ credentials: { brought } }: Held, { clock }: PluginAccess): boolean =>
  brought?.until !== undefined && clock.now().getTime() >= brought.until
