/** The kinds of objects an app is made of: where the API server has them. */

/** As it is applied: plain JSON. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly [field: string]: unknown
}

export interface Kind {
  readonly kind: string
  readonly apiVersion: string
  readonly plural: string
}

/** In the order they are applied: what others need comes first. */
export const kinds = {
  namespace: { kind: 'Namespace', apiVersion: 'v1', plural: 'namespaces' },
  secret: { kind: 'Secret', apiVersion: 'v1', plural: 'secrets' },
  claim: { kind: 'PersistentVolumeClaim', apiVersion: 'v1', plural: 'persistentvolumeclaims' },
  service: { kind: 'Service', apiVersion: 'v1', plural: 'services' },
  budget: { kind: 'PodDisruptionBudget', apiVersion: 'policy/v1', plural: 'poddisruptionbudgets' },
  deployment: { kind: 'Deployment', apiVersion: 'apps/v1', plural: 'deployments' },
  autoscaler: { kind: 'HorizontalPodAutoscaler', apiVersion: 'autoscaling/v2', plural: 'horizontalpodautoscalers' },
  cronJob: { kind: 'CronJob', apiVersion: 'batch/v1', plural: 'cronjobs' },
  ingress: { kind: 'Ingress', apiVersion: 'networking.k8s.io/v1', plural: 'ingresses' },
  httpRoute: { kind: 'HTTPRoute', apiVersion: 'gateway.networking.k8s.io/v1', plural: 'httproutes' },
  job: { kind: 'Job', apiVersion: 'batch/v1', plural: 'jobs' },
  pod: { kind: 'Pod', apiVersion: 'v1', plural: 'pods' },
} as const satisfies Readonly<Record<string, Kind>>

/** `/apis/apps/v1/namespaces/shop/deployments`; of a namespace itself `/api/v1/namespaces`. */
export function collectionPath({ apiVersion, plural }: Kind, namespace: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`
  return plural === 'namespaces' || namespace === '' ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`
}

export function objectPath({
  kind,
  metadata,
}: {
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string }
}): string {
  const known = Object.values(kinds).find((one) => one.kind === kind)
  if (known === undefined) throw new Error(`There is no kind ${kind}.`)
  return `${collectionPath(known, metadata.namespace ?? '')}/${metadata.name}`
}
