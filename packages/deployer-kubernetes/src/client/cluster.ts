/** The cluster an app is on: asked with the credentials of one context, in one namespace. */
import { isHop3Error, type DeploymentContext } from '@hop3/core'
import { answerFailure, isOfApiServer, isPassing, notAsked, unreachable, type Attempt } from './failure.ts'
import { chooseCluster, type ClusterChoice, type ClusterWish } from './kubeconfig.ts'
import type { Answer, Question } from './request.ts'
import { openSession, type Session } from './session.ts'

export interface Cluster {
  readonly context: string
  /** That the context names; undefined where it names none. */
  readonly contextNamespace: string | undefined
  readonly server: string
  /**
   * Any answer, whatever its status. What passes by itself (a connection refused or lost, 429, 502 to 504) is asked again for a while: nothing
   * that is asked here does more when it is done twice. Throws `environment.kubernetes-unreachable`.
   */
  ask(question: Question): Promise<Answer>
  /** The body of an answer of one of the statuses. Throws what `answerFailure` makes of any other. */
  expect(question: Question, good: readonly number[], attempt: Attempt): Promise<unknown>
  /** The bytes of an answer as they come; none where there is nothing of that name. Throws what `expect` does, and is not asked again. */
  stream(question: Question, onChunk: (chunk: Buffer) => void, attempt: Attempt): Promise<void>
  close(): void
}

type Opening = Pick<DeploymentContext, 'env' | 'loginEnv' | 'run' | 'signal' | 'clock'>

/** Milliseconds something that passes by itself may take. */
const patience = 20_000
/** The same of a cluster that has said nothing yet: most likely it is not there. */
const firstPatience = 2_000

export async function openCluster(access: Opening, wish: ClusterWish = {}): Promise<Cluster> {
  const { choice, session } = await openAs(access, wish)
  const { server } = session
  const failure = (error: unknown): Error => unreachable(choice.context, server, error, access.env)
  let hasAnswered = false
  const ask = async (question: Question): Promise<Answer> => {
    // Tidying up after a command that was ended is not ended with it.
    const signal = question.signal ?? (access.signal.aborted ? undefined : access.signal)
    const began = access.clock.monotonic()
    for (let round = 0; ; round += 1) {
      const answer = await session
        .with((connection) => connection.ask({ ...question, signal }))
        .catch((error: unknown) => {
          signal?.throwIfAborted()
          if (isHop3Error(error)) throw notAsked(error)
          return { error }
        })
      hasAnswered ||= !('error' in answer)
      const isOver = access.clock.monotonic() - began > (hasAnswered ? patience : firstPatience)
      if (!isPassing(answer) || isOver) {
        if ('error' in answer) throw failure(answer.error)
        if (!isOfApiServer(answer)) throw failure(new Error(`what answers there (${answer.status}) is no API server`))
        return answer
      }
      await access.clock.sleep(Math.min(100 * 2 ** round, 2_000), signal)
    }
  }
  return {
    context: choice.context,
    contextNamespace: choice.namespace,
    server,
    ask,
    async expect(question, good, attempt) {
      const answer = await ask(question)
      if (good.includes(answer.status)) return answer.body
      throw answerFailure(answer, question, attempt, choice.context)
    },
    async stream(question, onChunk, attempt) {
      const answer = await session
        .with((connection) => connection.stream(question, onChunk))
        .catch((error: unknown) => {
          question.signal?.throwIfAborted()
          throw isHop3Error(error) ? notAsked(error) : failure(error)
        })
      if (answer.status !== 200 && answer.status !== 404) throw answerFailure(answer, question, attempt, choice.context)
    },
    close: () => session.close(),
  }
}

async function openAs(access: Opening, wish: ClusterWish): Promise<{ readonly choice: ClusterChoice; readonly session: Session }> {
  try {
    const choice = await chooseCluster(access, wish)
    return { choice, session: await openSession(choice, access) }
  } catch (error) {
    throw notAsked(error)
  }
}

/** Runs `work` with the cluster, whose connections end with it. */
export async function withCluster<T>(access: Opening, wish: ClusterWish, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const cluster = await openCluster(access, wish)
  try {
    return await work(cluster)
  } finally {
    cluster.close()
  }
}
