/** The environment of a container: what core says of a worker's, with the image's own base in place of the host's. Pure. */
import { hop3Error, problemOfText, visible, workerEnvironment, type BuildArtifact, type DeploymentContext } from '@hop3/core'

export interface EnvironmentRequest {
  readonly context: DeploymentContext
  readonly artifact: BuildArtifact
  readonly worker: string
  /** PATH of the image. */
  readonly path: string
  /** Where a web worker listens in the container. */
  readonly port?: number
  /** Variables that are given as files instead. */
  readonly secrets: readonly string[]
}

/** Where `$HOP3_DATA` is in every container. */
export const dataPath = '/hop3/data'

export const secretPath = (name: string): string => `/run/secrets/${name}`

/** Throws `deploy.compose.env-name`, `.env-value` and `.env-size`. */
export function containerEnvironment(request: EnvironmentRequest): Readonly<Record<string, string>> {
  const { context, artifact, worker, path, port, secrets } = request
  const { TZ } = context.baseEnv
  const host = {
    ...context,
    baseEnv: { PATH: path, ...(TZ !== undefined && { TZ }) },
    directories: { ...context.directories, data: dataPath },
  }
  const all = workerEnvironment({ artifact, context: host, worker, ...(port === undefined ? {} : { port }) })
  const env = {
    ...Object.fromEntries(Object.entries(all).filter(([name]) => !secrets.includes(name))),
    ...Object.fromEntries(secrets.map((name) => [`${name}_FILE`, secretPath(name)])),
    // The engine publishes it on the host's loopback; in the container it has to be reached from outside of it.
    BIND_ADDRESS: '0.0.0.0',
  }
  checkEnvironment(env, context.appName, worker)
  return env
}

/** Bytes of all that a process is given on Linux with the default stack, with room for its arguments. */
const longestEnvironment = 1_900_000

export function checkEnvironment(env: Readonly<Record<string, string>>, app: string, worker: string): void {
  let total = 0
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name) || name.length > 255) {
      throw hop3Error(
        'deploy.compose.env-name',
        `Cannot give the variable ${visible(name)} to worker ${worker} of ${app}: names are letters, digits, and . _ -, and begin with none of . - and no digit.`,
        {
          hint: `Rename it in hop3.toml [env], or take it away: hop3 env unset ${app} ${/^\w+$/.test(name) ? name : '<name>'}`,
          details: { name: visible(name), worker },
        },
      )
    }
    const bytes = Buffer.byteLength(value)
    total += name.length + bytes + 10
    const problem = problemOfText(value, name.length + 2 + bytes)
    if (problem === undefined) continue
    throw hop3Error('deploy.compose.env-value', `Cannot give the value of ${name} to worker ${worker} of ${app}: ${problem}.`, {
      hint: 'Put long or binary content into a file under $HOP3_DATA and its path into the variable.',
      details: { name, worker, bytes },
    })
  }
  if (total <= longestEnvironment) return
  throw hop3Error(
    'deploy.compose.env-size',
    `Cannot start worker ${worker} of ${app}: its environment has ${total} bytes, and a process can be given ${longestEnvironment}.`,
    {
      hint: 'Put long content into files under $HOP3_DATA and their paths into the variables.',
      details: { worker, bytes: total },
    },
  )
}
