/** What a request to the API server carries: who asks, and whom to trust. Read from a kubeconfig's user and cluster. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { hop3Error, visible, type DeploymentContext } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import { isObject, parseJson } from '@hop3/core/json'
import type { ClusterChoice } from './kubeconfig.ts'

export interface Credentials {
  readonly server: URL
  readonly ca: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
  /** Of the Authorization header. */
  readonly authorization: string | undefined
  readonly isVerified: boolean
  readonly serverName: string | undefined
}

type Access = Pick<DeploymentContext, 'env' | 'run' | 'signal'>
type Table = Readonly<Record<string, unknown>>

/** Throws `environment.kubeconfig` and `environment.kubernetes-login`. */
export async function readCredentials(choice: ClusterChoice, access: Access): Promise<Credentials> {
  const { cluster, user, clusterDirectory, userDirectory } = choice
  const address = text(cluster, 'server') ?? ''
  if (!/^https?:/.test(address) || !URL.canParse(address)) throw wrong(choice, `the server ${visible(address)}, which is no address`)
  for (const key of ['auth-provider', 'proxy-url'])
    if (user[key] !== undefined || cluster[key] !== undefined) throw wrong(choice, `${key}, which Hop3 does not know`)
  const brought = isObject(user['exec']) ? await askPlugin(choice, user['exec'], access) : {}
  const token = brought.token ?? text(user, 'token') ?? (await file(user, 'tokenFile', userDirectory))?.trim()
  const name = text(user, 'username')
  const basic = name === undefined ? undefined : `Basic ${Buffer.from(`${name}:${text(user, 'password') ?? ''}`).toString('base64')}`
  return {
    server: new URL(address),
    ca: await inlineOrFile(cluster, 'certificate-authority', clusterDirectory),
    certificate: brought.certificate ?? (await inlineOrFile(user, 'client-certificate', userDirectory)),
    key: brought.key ?? (await inlineOrFile(user, 'client-key', userDirectory)),
    authorization: token === undefined ? basic : `Bearer ${token}`,
    isVerified: cluster['insecure-skip-tls-verify'] !== true,
    serverName: text(cluster, 'tls-server-name'),
  }
}

interface Brought {
  readonly token?: string | undefined
  readonly certificate?: string | undefined
  readonly key?: string | undefined
}

/** The protocol of client-go's credential plugins: an ExecCredential on standard output. */
async function askPlugin(choice: ClusterChoice, exec: Table, { env, run, signal }: Access): Promise<Brought> {
  const command = text(exec, 'command') ?? ''
  const version = text(exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1'
  const args = Array.isArray(exec['args']) ? exec['args'].map(String) : []
  const own = Array.isArray(exec['env'])
    ? exec['env'].filter(isObject).map((one) => [String(one['name']), String(one['value'])] as const)
    : []
  const info = JSON.stringify({ apiVersion: version, kind: 'ExecCredential', spec: { interactive: false } })
  const found = await run({
    file: command.includes('/') ? resolve(choice.userDirectory, command) : command,
    args,
    cwd: choice.userDirectory,
    env: { ...env, ...Object.fromEntries(own), KUBERNETES_EXEC_INFO: info },
    signal,
    timeout: 60_000,
  }).catch((cause: unknown) => {
    throw login(choice, `${visible(command)} cannot be run (${systemCode(cause)})`, text(exec, 'installHint'))
  })
  const answer = parseJson(found.stdout)
  const status = isObject(answer) && isObject(answer['status']) ? answer['status'] : undefined
  if (found.exitCode !== 0 || status === undefined)
    throw login(choice, `${visible(command)} ended with ${found.exitCode ?? 'a signal'}: ${visible(found.stderr.trim().slice(-200))}`)
  return { token: text(status, 'token'), certificate: text(status, 'clientCertificateData'), key: text(status, 'clientKeyData') }
}

async function inlineOrFile(table: Table, key: string, directory: string): Promise<string | undefined> {
  const inline = text(table, `${key}-data`)
  return inline === undefined ? file(table, key, directory) : Buffer.from(inline, 'base64').toString('utf8')
}

async function file(table: Table, key: string, directory: string): Promise<string | undefined> {
  const path = text(table, key)
  if (path === undefined) return undefined
  return readFile(resolve(directory, path), 'utf8').catch((cause: unknown) => {
    throw hop3Error('environment.kubeconfig', `Cannot read ${path}, which the kubeconfig names as ${key}: ${systemCode(cause)}.`, {
      hint: 'Fetch the kubeconfig of your cluster again.',
      details: { path },
    })
  })
}

function text(table: Table, key: string): string | undefined {
  const value = table[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function wrong({ context }: ClusterChoice, how: string): Error {
  return hop3Error('environment.kubeconfig', `The context ${visible(context)} of the kubeconfig has ${how}.`, {
    hint: 'Fetch the kubeconfig of your cluster again: `kubectl config view --minify` shows what it holds.',
    details: { context },
  })
}

function login({ context }: ClusterChoice, how: string, hint?: string): Error {
  return hop3Error('environment.kubernetes-login', `Cannot log in to the cluster of the context ${visible(context)}: ${how}.`, {
    hint: hint ?? 'Log in as your provider says, and see that `kubectl get pods` works.',
    details: { context },
  })
}
