/** The environment of a container: what core says of a worker's, as a Secret of the app's and a few variables of each worker's own. Pure. */
import { hop3Error, problemOfText, visible, workerEnvironment, type BuildArtifact, type DeploymentContext } from '@hop3/core'
import { dataPath } from './objects/pod.ts'

export interface EnvironmentRequest {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly worker: string
  /** Where a web worker listens in the container. */
  readonly port?: number
}

/** PATH of an image that says nothing else, for an app that puts something before it. */
const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

const ofWorkers = ['APP', 'PROC_TYPE', 'HOP3_RELEASE', 'HOP3_DATA', 'BIND_ADDRESS', 'PORT', 'HOP3_SOCKET']

/** What every process of the app has. Throws `deploy.kubernetes.env-name`, `.env-value` and `.env-size`. */
export function appEnvironment({ context, artifact }: Omit<EnvironmentRequest, 'worker' | 'port'>): Readonly<Record<string, string>> {
  const all = whole({ context, artifact, worker: '' })
  const env = Object.fromEntries(Object.entries(all).filter(([name]) => !ofWorkers.includes(name)))
  checkEnvironment(env, context.appName)
  return env
}

/** What only processes of this worker have. */
export function ownEnvironment(request: EnvironmentRequest): Readonly<Record<string, string>> {
  const all = whole(request)
  return Object.fromEntries(ofWorkers.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])))
}

function whole({ context, artifact, worker, port }: EnvironmentRequest): Readonly<Record<string, string>> {
  const { runtime } = artifact
  const saysPath = runtime.pathPrepend.length > 0 || Object.hasOwn(runtime.envVars, 'PATH') || Object.hasOwn(context.appEnv, 'PATH')
  const inside = { ...context, baseEnv: { PATH: usualPath }, directories: { ...context.directories, data: dataPath } }
  const { PATH, ...all } = workerEnvironment({ artifact, context: inside, worker, ...(port === undefined ? {} : { port }) })
  // In the pod it has to be reached from outside of it. And the image has a PATH.
  return { ...all, BIND_ADDRESS: '0.0.0.0', ...(saysPath && PATH !== undefined ? { PATH } : {}) }
}

/** Bytes of names and values. The server takes a mebibyte of values, counted before they are encoded; the difference is room for the rest. */
const longestSecret = 1_000_000

export function checkEnvironment(env: Readonly<Record<string, string>>, app: string): void {
  let total = 0
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) || name.length > 253)
      throw hop3Error(
        'deploy.kubernetes.env-name',
        `Cannot give the variable ${visible(name)} to ${app}: a cluster takes names of letters, digits and . _ - that begin with a letter or _.`,
        {
          hint: `Rename it in hop3.toml [env], or take it away: hop3 env unset ${app} ${/^\w+$/.test(name) ? name : '<name>'}`,
          details: { name: visible(name) },
        },
      )
    const bytes = Buffer.byteLength(value)
    total += name.length + bytes
    const problem = problemOfText(value, name.length + 2 + bytes)
    if (problem === undefined) continue
    throw hop3Error('deploy.kubernetes.env-value', `Cannot give the value of ${name} to ${app}: ${problem}.`, {
      hint: 'Put long or binary content into a volume ([[volumes]]) and its path into the variable.',
      details: { name, bytes },
    })
  }
  if (total <= longestSecret) return
  throw hop3Error(
    'deploy.kubernetes.env-size',
    `Cannot start ${app}: its environment has ${total} bytes, and a Secret holds ${longestSecret}.`,
    {
      hint: 'Put long content into a volume ([[volumes]]) and its path into the variable.',
      details: { bytes: total },
    },
  )
}
