/** The names under which an app's ports are kept (`AppHome.reservePort`). */
import { deployConfigOf } from './deploy-config.ts'
import type { Target } from './target.ts'
import { targetScale } from './scale.ts'

/** The app's own port, kept for its life. */
export const appPort = 'app'

/** `instance` is `worker.ordinal`. */
export function instancePort(generation: number, instance: string): string {
  return `g${generation}/${instance}`
}

/** Every port the wanted instances may hold, and the app's own. */
export function wantedPorts({ artifact, generation, scale }: Pick<Target, 'artifact' | 'generation' | 'scale'>): readonly string[] {
  const counts = targetScale(artifact.runtime.workers, { ...deployConfigOf(artifact).scale, ...scale })
  const instances = Object.entries(counts).flatMap(([worker, count]) =>
    Array.from({ length: count }, (_, index) => `${worker}.${index + 1}`),
  )
  return [appPort, ...instances.map((instance) => instancePort(generation, instance))]
}
