/** Which rights an operator has, by the API server's word: those of a namespace in one answer, and one by one what that leaves open. */
import { isObject } from '@hop3/core/json'
import type { Cluster } from './client/cluster.ts'
import { listIn, tableIn, type Table } from './json-table.ts'

export interface Right {
  readonly verb: string
  readonly group: string
  readonly resource: string
  /** `log`, `exec`. */
  readonly part?: string
  /** Empty: of the cluster. */
  readonly namespace: string
}

/** `rights` are of that namespace, or of the cluster. */
export async function missingRights(cluster: Cluster, app: string, namespace: string, rights: readonly Right[]): Promise<readonly Right[]> {
  const { rules, isComplete } = await rulesIn(cluster, namespace)
  const unproven = rights.filter((right) => right.namespace !== namespace || !rules.some((rule) => allows(rule, right)))
  const judged = unproven.map(async (right) => {
    if (isComplete && right.namespace === namespace) return [right]
    return (await isAllowed(cluster, app, right)) ? [] : [right]
  })
  return (await Promise.all(judged)).flat()
}

interface Rules {
  readonly rules: readonly Table[]
  /** Who decides by more than rules, as the webhooks of some providers do, says so. */
  readonly isComplete: boolean
}

async function rulesIn(cluster: Cluster, namespace: string): Promise<Rules> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }
  const answer = await cluster.ask({ method: 'POST', path: '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', body })
  const status = isObject(answer.body) ? tableIn(answer.body, 'status') : {}
  return { rules: listIn(status, 'resourceRules'), isComplete: status['incomplete'] === false }
}

/** As RBAC reads a rule. One for single objects says nothing of the others. */
function allows(rule: Table, { verb, group, resource, part }: Right): boolean {
  const names = part === undefined ? [resource] : [`${resource}/${part}`, `*/${part}`]
  const says = (key: string, wanted: readonly string[]): boolean => {
    const said = rule[key]
    return Array.isArray(said) && said.some((one) => one === '*' || wanted.includes(String(one)))
  }
  const { resourceNames } = rule
  const isOfAll = !Array.isArray(resourceNames) || resourceNames.length === 0
  return isOfAll && says('verbs', [verb]) && says('apiGroups', [group]) && says('resources', names)
}

async function isAllowed(cluster: Cluster, app: string, { verb, group, resource, part, namespace }: Right): Promise<boolean> {
  const resourceAttributes = {
    verb,
    group,
    resource,
    ...(part === undefined ? {} : { subresource: part }),
    ...(namespace === '' ? {} : { namespace }),
  }
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } }
  const question = { method: 'POST' as const, path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', body }
  const answer = await cluster.expect(question, [200, 201], { what: 'Cannot ask the cluster what is allowed', app })
  return isObject(answer) && isObject(answer['status']) && answer['status']['allowed'] === true
}
