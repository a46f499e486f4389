/** The protocol of client-go's credential plugins: a program of the kubeconfig that prints an ExecCredential. */
import { resolve } from 'node:path'
import { hop3Error, visible, type DeploymentContext } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import { isObject, parseJson } from '@hop3/core/json'
import { filledTextIn as text, type Table } from '../json-table.ts'
import type { ClusterChoice } from './kubeconfig.ts'

export type PluginAccess = Pick<DeploymentContext, 'env' | 'loginEnv' | 'run' | 'signal' | 'clock'>

/** What a plugin has brought: in memory alone, and never in a message. */
export interface Brought {
  readonly token: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
  /** Milliseconds since 1970 from which on another is fetched. Undefined: it lasts until somebody refuses it. */
  readonly until: number | undefined
}

/**
 * Answers of plugins by who asked what: a provider's plugin takes a second and more, and within one operation on an app each is asked once.
 * An operation has one `run`, and when that has gone, so have they.
 */
const answers = new WeakMap<DeploymentContext['run'], Map<string, Promise<Brought>>>()

/** From memory where it still holds. `refused`: one that is not to be had again. Throws `environment.kubernetes-login`. */
export async function pluginAnswer(choice: ClusterChoice, exec: Table, access: PluginAccess, refused?: Brought): Promise<Brought> {
  const known = answers.get(access.run) ?? new Map<string, Promise<Brought>>()
  answers.set(access.run, known)
  const question = JSON.stringify([choice.userDirectory, exec])
  const before = known.get(question)
  const kept = await before?.catch(() => undefined)
  const holds = kept !== undefined && kept !== refused && (kept.until === undefined || access.clock.now().getTime() < kept.until)
  if (holds) return kept
  // Whoever waited for the same one may have begun to ask.
  const now = known.get(question)
  if (now !== undefined && now !== before) return now
  const asked = askPlugin(choice, exec, access)
  known.set(question, asked)
  return asked
}

async function askPlugin(choice: ClusterChoice, exec: Table, access: PluginAccess): Promise<Brought> {
  const { env, loginEnv, run, signal, clock } = access
  const command = text(exec, 'command') ?? ''
  const version = text(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1'
  const args = Array.isArray(exec['args']) ? exec['args'].map(String) : []
  const own = Array.isArray(exec['env'])
    ? exec['env'].filter(isObject).map((one) => [String(one['name']), String(one['value'])] as const)
    : []
  const wasEnded = signal.aborted
  const info = JSON.stringify({ apiVersion: version, kind: 'ExecCredential', spec: { interactive: false } })
  const found = await run({
    file: command.includes('/') ? resolve(choice.userDirectory, command) : command,
    args,
    // The current directory, as from kubectl: paths of its arguments and variables are relative to it.
    cwd: '.',
    env: { ...env, ...loginEnv, ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: info },
    // Tidying up after a command that was ended is not ended with it.
    ...(wasEnded ? {} : { signal }),
    timeout: 60_000,
  }).catch((cause: unknown) => {
    if (!wasEnded) signal.throwIfAborted()
    throw login(choice, `${visible(command)} cannot be run (${systemCode(cause)})`, text(exec, 'installHint'))
  })
  const answer = parseJson(found.stdout)
  const status = isObject(answer) && isObject(answer['status']) ? answer['status'] : undefined
  if (found.exitCode !== 0 || status === undefined)
    throw login(choice, `${visible(command)} ended with ${found.exitCode ?? 'a signal'}: ${visible(found.stderr.trim().slice(-200))}`)
  const [token, certificate] = [text(status, 'token'), text(status, 'clientCertificateData')]
  if (token === undefined && certificate === undefined) throw login(choice, `${visible(command)} has brought no token and no certificate`)
  return { token, certificate, key: text(status, 'clientKeyData'), until: untilWhen(status, clock.now().getTime()) }
}

/**
 * Some time before it ends, so that no request comes to an end that was on its way: half a minute, of what lasts only for minutes a tenth. What
 * has ended before it came is of a clock that goes wrong, here or there: the server says what holds.
 */
function untilWhen(status: Table, now: number): number | undefined {
  const end = Date.parse(text(status, 'expirationTimestamp') ?? '')
  return end > now ? end - Math.min(30_000, (end - now) / 10) : undefined
}

function login({ context }: ClusterChoice, how: string, hint?: string): Error {
  return hop3Error('environment.kubernetes-login', `Cannot log in to the cluster of the context ${visible(context)}: ${how}.`, {
    hint: hint ?? 'Log in as your provider says, and see that `kubectl get pods` works.',
    details: { context },
  })
}
