/** What runs in a stack, one input for each worker: the swarm counts its tasks. */
import { workerKind } from '@hop3/core'
import { homeMark, projectName } from '../names.ts'
import { serviceInput, type Preparation } from '../prepare-project.ts'
import type { ServiceInput } from '../service.ts'

export async function stackInputs(
  preparation: Omit<Preparation, 'network' | 'engine'>,
  workers: readonly string[],
): Promise<readonly ServiceInput[]> {
  const { context, artifact } = preparation
  const { appName: app, generation, release } = context
  const project = projectName(app, release.id, generation, homeMark(context.directories.home))
  const inputs: ServiceInput[] = []
  for (const worker of workers) {
    const command = artifact.runtime.workers[worker] ?? ''
    const wanted = { app, worker, ordinal: 1, release: release.id, generation, project, service: worker, kind: workerKind(worker), command }
    inputs.push(await serviceInput(preparation, wanted))
  }
  return inputs
}
