/** Every object of a release, in the order they are applied. Pure. */
import type { AppInput, WorkerInput } from './objects/app-input.ts'
import { autoscaler } from './objects/autoscaler.ts'
import { volumeClaim } from './objects/claim.ts'
import { cronJob } from './objects/cron-job.ts'
import { deployment } from './objects/deployment.ts'
import { disruptionBudget } from './objects/disruption-budget.ts'
import { httpRoute } from './objects/http-route.ts'
import { ingress } from './objects/ingress.ts'
import type { KubernetesObject } from './objects/kinds.ts'
import { namespaceObject } from './objects/namespace.ts'
import { isExclusive } from './objects/pod.ts'
import { environmentSecret } from './objects/secret.ts'
import { webService } from './objects/service.ts'

export function appObjects(input: AppInput): readonly KubernetesObject[] {
  const { workers, volumes } = input
  const lasting = workers.filter(({ kind }) => kind !== 'cron')
  const hasWeb = lasting.some(({ kind }) => kind === 'web')
  return [
    ...(input.isOwnNamespace ? [namespaceObject(input)] : []),
    environmentSecret(input),
    ...volumes.map((volume) => volumeClaim(input, volume)),
    ...(hasWeb ? [webService(input)] : []),
    ...budgets(input, lasting),
    ...lasting.map((worker) => deployment(input, worker)),
    ...lasting.filter(({ most }) => most !== undefined).map((worker) => autoscaler(input, worker)),
    ...workers.filter(({ kind }) => kind === 'cron').map((worker) => cronJob(input, worker)),
    ...(hasWeb ? route(input) : []),
  ]
}

/** None for pods that have to be on one node: it could never be emptied, because what is to leave it may start nowhere else until all have. */
function budgets(input: AppInput, lasting: readonly WorkerInput[]): readonly KubernetesObject[] {
  if (isExclusive(input)) return []
  return lasting.filter(({ replicas, most = replicas }) => most > 1).map((one) => disruptionBudget(input, one))
}

function route(input: AppInput): readonly KubernetesObject[] {
  const { domains, options } = input
  if (domains.length === 0) return []
  return [options.gateway === undefined ? ingress(input) : httpRoute(input, options.gateway)]
}
