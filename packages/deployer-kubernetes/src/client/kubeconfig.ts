/** Which cluster the operator means, found as kubectl finds it: $KUBECONFIG, a list of files, else ~/.kube/config. */
import { readFile } from 'node:fs/promises'
import { delimiter, dirname, join, resolve } from 'node:path'
import { hop3Error, nearestName, visible, type DeploymentContext } from '@hop3/core'
import { systemCode } from '@hop3/core/files'
import { isObject, parseJson } from '@hop3/core/json'
import { textIn, type Table } from '../json-table.ts'

/** One context with what it names. */
export interface ClusterChoice {
  readonly context: string
  readonly namespace: string | undefined
  readonly cluster: Table
  readonly user: Table
  /** Relative paths of `cluster` and `user` are relative to these. */
  readonly clusterDirectory: string
  readonly userDirectory: string
}

export interface ClusterWish {
  /** `--context`. */
  readonly context?: string | undefined
  /** `[deploy.kubernetes] context`: any other is an error. */
  readonly pinned?: string | undefined
}

/** Throws `environment.kubeconfig` and `deploy.kubernetes.context`. */
export async function chooseCluster({ env }: Pick<DeploymentContext, 'env'>, wish: ClusterWish): Promise<ClusterChoice> {
  const { paths, documents } = await readAll(env)
  const current = documents.map(({ table }) => table['current-context']).find((one) => typeof one === 'string' && one !== '')
  const context = wish.context ?? wish.pinned ?? (typeof current === 'string' ? current : undefined)
  if (context === undefined) throw broken(paths, 'names no current context', 'kubectl config use-context <name>')
  if (wish.pinned !== undefined && wish.pinned !== context) throw notPinned(context, wish.pinned)
  const found = entry(documents, 'contexts', 'context', context)
  if (found === undefined) throw unknown(paths, context, documents)
  const [cluster, user] = [textIn(found.table, 'cluster'), textIn(found.table, 'user')]
  const ofCluster = entry(documents, 'clusters', 'cluster', cluster)
  const ofUser = user === '' ? undefined : entry(documents, 'users', 'user', user)
  if (ofCluster === undefined) throw broken(paths, `has no cluster ${visible(cluster)}, which the context ${visible(context)} names`)
  if (ofUser === undefined && user !== '') throw broken(paths, `has no user ${visible(user)}, which the context ${visible(context)} names`)
  const namespace = textIn(found.table, 'namespace')
  return {
    context,
    namespace: namespace === '' ? undefined : namespace,
    cluster: ofCluster.table,
    user: ofUser?.table ?? {},
    clusterDirectory: ofCluster.directory,
    userDirectory: ofUser?.directory ?? '/',
  }
}

interface Document {
  readonly table: Table
  readonly directory: string
}

async function readAll(env: DeploymentContext['env']): Promise<{ readonly paths: string; readonly documents: readonly Document[] }> {
  const asked = (env['KUBECONFIG'] ?? '').split(delimiter).filter((one) => one !== '')
  const paths = asked.length > 0 ? asked : [join(env['HOME'] ?? '/', '.kube', 'config')]
  const documents: Document[] = []
  for (const path of paths) {
    const text = await readFile(path, 'utf8').catch((cause: unknown) => {
      if (systemCode(cause) === 'ENOENT' || systemCode(cause) === 'ENOTDIR') return undefined
      throw broken(path, `cannot be read: ${systemCode(cause)}`)
    })
    if (text === undefined) continue
    documents.push({ table: await parse(path, text), directory: dirname(resolve(path)) })
  }
  if (documents.length === 0)
    throw hop3Error('environment.kubeconfig', `No cluster is known here: there is no ${paths.join(' and no ')}.`, {
      hint: 'Fetch the kubeconfig of your cluster to ~/.kube/config, or name it: export KUBECONFIG=<file>',
      details: { paths },
    })
  return { paths: paths.join(delimiter), documents }
}

async function parse(path: string, text: string): Promise<Table> {
  // JSON is what programs write, and needs no other reader.
  const json = text.trimStart().startsWith('{') ? parseJson(text) : undefined
  if (isObject(json)) return json
  const { parse: parseYaml } = await import('../yaml.ts')
  let value: unknown
  try {
    value = parseYaml(text)
  } catch (cause) {
    throw broken(path, `is no YAML (${cause instanceof Error ? (cause.message.split('\n', 1)[0] ?? '') : ''})`)
  }
  if (isObject(value)) return value
  throw broken(path, 'is no kubeconfig')
}

/** The first one of that name in any file, as kubectl has it. */
function entry(documents: readonly Document[], list: string, key: string, name: string): Document | undefined {
  for (const { table, directory } of documents) {
    const entries = Array.isArray(table[list]) ? table[list] : []
    const found: unknown = entries.find((one: unknown) => isObject(one) && one['name'] === name)
    if (!isObject(found)) continue
    const inner = found[key]
    return { table: isObject(inner) ? inner : {}, directory }
  }
  return undefined
}

function unknown(paths: string, context: string, documents: readonly Document[]): Error {
  const names = documents.flatMap(({ table }) =>
    (Array.isArray(table['contexts']) ? table['contexts'] : []).flatMap((one: unknown) => (isObject(one) ? [String(one['name'])] : [])),
  )
  const meant = nearestName(context, names)
  return hop3Error('environment.kubeconfig', `${paths} has no context ${visible(context)}.`, {
    hint: `${meant === undefined ? '' : `Did you mean ${visible(meant)}? `}There ${names.length === 1 ? 'is' : 'are'} ${names.map(visible).join(', ') || 'none'}.`,
    details: { context, known: names },
  })
}

function notPinned(context: string, pinned: string): Error {
  return hop3Error(
    'deploy.kubernetes.context',
    `The context is ${visible(context)}, and hop3.toml says that this app belongs to ${visible(pinned)} ([deploy.kubernetes] context).`,
    { hint: `Use that one: --context ${pinned}. Or change the line in hop3.toml.`, details: { context, pinned } },
  )
}

function broken(paths: string, how: string, hint = 'kubectl config view'): Error {
  return hop3Error('environment.kubeconfig', `${paths} ${how}.`, {
    hint: `Mend it, or name another with KUBECONFIG. See: ${hint}`,
    details: { paths },
  })
}
