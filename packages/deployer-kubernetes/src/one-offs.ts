/** Jobs that run one command: known by who started them, so that a killed command's are found and a running one's left alone. */
import type { DeploymentContext } from '@hop3/core'
import { parseJson } from '@hop3/core/json'
import { identifySelf, livenessOf, parseIdentity } from '@hop3/core/processes'
import type { Cluster } from './client/cluster.ts'
import { tableIn, textIn, type Table } from './json-table.ts'
import { kinds } from './objects/kinds.ts'
import { annotation, label } from './objects/names.ts'
import { listOwn, nameOf, removeOwn, type Where } from './own-objects.ts'
import { listPods } from './pods.ts'
import { untilNone } from './until-gone.ts'

export async function starterMark(): Promise<string> {
  return JSON.stringify(await identifySelf())
}

/** Those whose starter has ended, with their pods: a migration is not to run beside the next one. */
export async function endLeftOneOffs(context: DeploymentContext, cluster: Cluster, where: Where): Promise<void> {
  const jobs = await listOwn(cluster, kinds.job, where, `,${label.oneOff}`)
  const left = (await Promise.all(jobs.map(async (one) => ((await isLeft(one)) ? [nameOf(one)] : [])))).flat()
  if (left.length === 0) return
  for (const name of left) await removeOwn(cluster, kinds.job, where, name)
  await untilNone(context, where, () => listPods(cluster, where, `,batch.kubernetes.io/job-name in (${left.join(',')})`))
}

async function isLeft(job: Table): Promise<boolean> {
  const starter = parseIdentity(parseJson(textIn(tableIn(tableIn(job, 'metadata'), 'annotations'), annotation.starter)))
  return starter !== undefined && (await livenessOf(starter, await identifySelf())) === 'dead'
}
