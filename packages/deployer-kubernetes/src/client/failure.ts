/** What an API server's answer means to who asked: each refusal an error of its own. */
import { hop3Error, isHop3Error, printable, visible, type DeploymentContext, type Hop3Error } from '@hop3/core'
import { isObject } from '@hop3/core/json'
import type { Answer, Question } from './request.ts'

/** `Cannot apply Deployment shop-web`, and what it is about. */
export interface Attempt {
  readonly what: string
  readonly app: string
}

/**
 * What else answers at an address may say 404 of everything, and all would seem to be gone that is there: an API server says it in words of its
 * own, of a group it does not know in plain ones.
 */
export function isOfApiServer({ status, body }: Answer): boolean {
  if (status === 404) return isObject(body) ? body['kind'] === 'Status' : body === '404 page not found\n'
  return status >= 300 || isObject(body)
}

const passing = new Set([429, 502, 503, 504])
const lost = /ECONNREFUSED|ECONNRESET|EPIPE|socket hang up|ETIMEDOUT|EHOSTUNREACH/

/** Whether asking again may help: nothing came, or the server says that it is busy or starting. */
export function isPassing(answer: Answer | { readonly error: unknown }): boolean {
  if ('error' in answer) return lost.test(codeOf(answer.error))
  return passing.has(answer.status)
}

export const unreachableCode = 'environment.kubernetes-unreachable'

/**
 * Whatever keeps a cluster from being asked, a login that has expired or a kubeconfig that is not there as well, has the class `retry`: what was
 * begun there goes on by itself, and is not finished because nobody could look.
 */
export function notAsked(error: unknown): unknown {
  if (!isHop3Error(error) || error.class === 'retry') return error
  const { code, message, hint, details, cause } = error
  return hop3Error(code, message, { ...(hint !== undefined && { hint }), details, cause, class: 'retry' })
}

export function unreachable(context: string, server: string, error: unknown, env: DeploymentContext['env']): Hop3Error {
  const said = codeOf(error)
  const isTls = /CERT|SELF_SIGNED|UNABLE_TO|SSL|ERR_TLS/.test(said)
  return hop3Error(
    isTls ? 'environment.kubernetes-certificate' : unreachableCode,
    `The cluster of the context ${visible(context)} does not answer at ${server}: ${visible(said)}.`,
    {
      hint: isTls
        ? 'Its certificate is not the one the kubeconfig trusts: fetch the kubeconfig of the cluster again.'
        : `See that the cluster runs and that this host reaches it${directly(env)}. Then run the command again: what was begun is finished or undone.`,
      details: { context, server },
      cause: error,
      class: 'retry',
    },
  )
}

/** Of HTTPS_PROXY `kubectl cluster-info` would say that all is well. */
function directly(env: DeploymentContext['env']): string {
  const proxy = ['HTTPS_PROXY', 'https_proxy'].find((name) => (env[name] ?? '') !== '')
  if (proxy === undefined) return ': `kubectl cluster-info`'
  return ` directly (\`NO_PROXY='*' kubectl cluster-info\`): kubectl may go through the proxy that ${proxy} names, and Hop3 does not`
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return code === '' ? error.message : `${code}: ${error.message}`
}

/** The server's own words. */
export function messageOf({ status, body }: Answer): string {
  const message = isObject(body) && typeof body['message'] === 'string' ? body['message'] : typeof body === 'string' ? body.trim() : ''
  return printable(message === '' ? `it answered with status ${status}` : message.slice(0, 2_000))
}

export function answerFailure(answer: Answer, { method, path }: Question, { what, app }: Attempt, context: string): Hop3Error {
  const said = messageOf(answer)
  const details = { status: answer.status, method, path: path.split('?')[0] ?? path }
  if (answer.status === 401)
    return hop3Error(
      'environment.kubernetes-login',
      `${what}: the cluster of the context ${visible(context)} does not know who asks (${said}).`,
      {
        hint: 'Log in again, as the provider of the cluster says, and see that `kubectl get pods` works.',
        details,
        class: 'retry',
      },
    )
  if (/exceeded quota/.test(said))
    return hop3Error('deploy.kubernetes.quota', `${what}: a quota of the namespace is used up: ${said}.`, {
      hint: 'Ask for less (memory, cpus and scale in hop3.toml), or have the quota raised: kubectl describe quota',
      details,
    })
  if (/is being terminated/.test(said))
    return hop3Error('deploy.kubernetes.namespace-going', `${what}: its namespace is being deleted.`, {
      hint: 'Wait until it is gone (`kubectl get namespaces`), then run the command again.',
      details,
      class: 'retry',
    })
  if (answer.status === 403 && /admission webhook|violates PodSecurity|ValidatingAdmissionPolicy|denied the request/.test(said))
    return hop3Error('deploy.kubernetes.admission', `${what}: the cluster does not admit it: ${said}.`, {
      hint: 'Mend what the message names, or ask who runs the cluster for an exception.',
      details,
    })
  // Also to an administrator: it is the storage that cannot.
  if (/can be resized|support resize|volume expansion/.test(said))
    return hop3Error('deploy.kubernetes.invalid', `${what}: the storage of this volume cannot grow: ${said}.`, {
      hint: 'Write the size that was there into hop3.toml again, or give the app a volume of a storage class that allows it.',
      details,
    })
  if (answer.status === 403)
    return hop3Error('deploy.kubernetes.forbidden', `${what}: the user of the context ${visible(context)} may not: ${said}.`, {
      hint: `Have the right given: kubectl create rolebinding hop3 --clusterrole=edit --user=<name>. docs/kubernetes.md lists what Hop3 needs.`,
      details,
    })
  if (answer.status === 409 && isConflict(answer)) return conflict(answer, what, app, details)
  if (answer.status === 400 || answer.status === 422)
    return hop3Error('deploy.kubernetes.invalid', `${what}: the cluster takes it for invalid: ${said}.`, {
      hint: 'Mend what the message names: it comes from hop3.toml or the image.',
      details,
    })
  const missing = answer.status === 404 ? /^namespaces "([a-z0-9-]+)" not found/.exec(said)?.[1] : undefined
  return hop3Error('deploy.kubernetes.refused', `${what}: the cluster says: ${said}.`, {
    hint:
      missing !== undefined
        ? `Make it: kubectl create namespace ${missing}. Or name another.`
        : 'If that passes by itself, run the command again: what was begun is finished or undone.',
    details,
  })
}

/** Of server-side apply: fields that somebody else has said. */
function isConflict({ body }: Answer): boolean {
  return isObject(body) && isObject(body['details']) && causesOf(body['details']).length > 0
}

function causesOf(details: Readonly<Record<string, unknown>>): readonly { readonly field: string; readonly message: string }[] {
  const causes = Array.isArray(details['causes']) ? details['causes'].filter(isObject) : []
  return causes
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ field, message }) => ({ field: String(field), message: String(message) }))
}

function conflict({ body }: Answer, what: string, app: string, details: object): Hop3Error {
  const causes = isObject(body) && isObject(body['details']) ? causesOf(body['details']) : []
  const told = causes.map(({ field, message }) => `\n  ${printable(field)}: ${printable(message)}`).join('')
  return hop3Error('deploy.kubernetes.conflict', `${what}: somebody else has said what these fields are, and is not overruled.${told}`, {
    hint: `Let them leave the fields to Hop3, or take them: force-conflicts = true under [deploy.kubernetes], for one deploy of ${app}.`,
    details: { ...details, fields: causes.map(({ field }) => field) },
  })
}
