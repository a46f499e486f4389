/** What a request to the API server carries: who asks, and whom to trust. Read from a kubeconfig's user and cluster. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { hop3Error, visible } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import { isObject } from '@hop3/core/json'
import { filledTextIn as text, type Table } from '../json-table.ts'
import { pluginAnswer, type Brought, type PluginAccess } from './credential-plugin.ts'
import { impersonation } from './impersonation.ts'
import type { ClusterChoice } from './kubeconfig.ts'

export interface Credentials {
  readonly server: URL
  readonly ca: string | undefined
  readonly certificate: string | undefined
  readonly key: string | undefined
  /** Of the Authorization header. */
  readonly authorization: string | undefined
  readonly impersonation: Readonly<Record<string, string | readonly string[]>>
  readonly isVerified: boolean
  readonly serverName: string | undefined
  /** What of it a credential plugin has said. Undefined: nothing, and asking anew brings the same. */
  readonly brought: Brought | undefined
}

/** `refused`: what a plugin has brought and the server does not take. Throws `environment.kubeconfig` and `environment.kubernetes-login`. */
export async function readCredentials(choice: ClusterChoice, access: PluginAccess, refused?: Brought): Promise<Credentials> {
  const { cluster, user, clusterDirectory, userDirectory } = choice
  const address = text(cluster, 'server') ?? ''
  if (!/^https?:/.test(address) || !URL.canParse(address)) throw wrong(choice, `the server ${visible(address)}, which is no address`)
  for (const key of ['auth-provider', 'proxy-url'])
    if (user[key] !== undefined || cluster[key] !== undefined) throw wrong(choice, `${key}, which Hop3 does not know`)
  const brought = isObject(user['exec']) ? await pluginAnswer(choice, user['exec'], access, refused) : undefined
  const token = brought?.token ?? text(user, 'token') ?? (await file(user, 'tokenFile', userDirectory))?.trim()
  const name = text(user, 'username')
  const basic = name === undefined ? undefined : `Basic ${Buffer.from(`${name}:${text(user, 'password') ?? ''}`).toString('base64')}`
  return {
    server: new URL(address),
    ca: await inlineOrFile(cluster, 'certificate-authority', clusterDirectory),
    certificate: brought?.certificate ?? (await inlineOrFile(user, 'client-certificate', userDirectory)),
    key: brought?.key ?? (await inlineOrFile(user, 'client-key', userDirectory)),
    authorization: token === undefined ? basic : `Bearer ${token}`,
    impersonation: impersonation(user, (how) => wrong(choice, how)),
    isVerified: cluster['insecure-skip-tls-verify'] !== true,
    serverName: text(cluster, 'tls-server-name'),
    brought,
  }
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

function wrong({ context }: ClusterChoice, how: string): Error {
  return hop3Error('environment.kubeconfig', `The context ${visible(context)} of the kubeconfig has ${how}.`, {
    hint: 'Fetch the kubeconfig of your cluster again: `kubectl config view --minify` shows what it holds.',
    details: { context },
  })
}
