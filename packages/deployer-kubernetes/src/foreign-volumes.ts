/** Volumes outlive what says whose an app is: where it is stopped, they stay, and are still those of the home that made them. */
import { hop3Error, visible } from '@hop3/core'
import type { Claims } from './claims.ts'
import type { AppInput } from './objects/app-input.ts'
import { label } from './objects/names.ts'
import { labelOf, nameOf } from './own-objects.ts'

/** Throws `deploy.kubernetes.other-home`, also for volumes the release does not ask for: its destroy would take their namespace with it. */
export async function checkVolumes(
  claims: Claims,
  { owner: { app, mark }, namespace }: Pick<AppInput, 'owner' | 'namespace'>,
): Promise<void> {
  const foreign = (await claims()).filter((one) => labelOf(one, label.home) !== mark)
  const [first] = foreign
  if (first === undefined) return
  const [names, home] = [foreign.map(nameOf), labelOf(first, label.home)]
  throw hop3Error(
    'deploy.kubernetes.other-home',
    `Cannot deploy ${app}: its volumes in the namespace ${visible(namespace)} of the cluster (${names.join(', ')}) belong to another home of Hop3, ${visible(home)} by their label ${label.home}, which has stopped an app of that name there.`,
    {
      hint: `Deploy under another name (--app) or into another namespace (--namespace); or, if nobody needs what they hold, remove them from where they were made: hop3 destroy ${app}.`,
      details: { namespace, volumes: names, home },
    },
  )
}
