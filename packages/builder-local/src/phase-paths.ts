/** Paths a plan names inside the app. */
import { posix } from 'node:path'
import { hop3Error, visible, type BuildPlan, type Phase, type PlanLayer } from '@hop3/core'
import { writtenAt } from '@hop3/planner'
import { appCacheDirectories } from './package-caches.ts'

/** Throws `build.output-outside` for the first path of a phase that is not inside the app, naming where `layers` say it: before anything runs. */
export function checkPhasePaths({ phases }: BuildPlan, layers: readonly PlanLayer[]): void {
  for (const [name, { outputs = [], paths = [], cacheDirectories = [] }] of Object.entries(phases)) {
    const written = { outputs, paths, cacheDirectories: appCacheDirectories(cacheDirectories) }
    for (const [key, values] of Object.entries(written)) {
      for (const path of values) {
        const says = (value: unknown): boolean => Array.isArray(value) && value.includes(path)
        insideApp(name, key, path, writtenAt(layers, ['phases', name, key], says))
      }
    }
  }
}

/** The phase's outputs, normalized, without those inside another. Throws `build.output-outside` for what is not inside the app, or is all of it. */
export function phaseOutputs(name: string, phase: Phase): readonly string[] {
  const outputs = [...new Set((phase.outputs ?? []).map((output) => insideApp(name, 'outputs', output)))]
  return outputs.filter((one) => !outputs.some((other) => one !== other && one.startsWith(`${other}/`))).toSorted()
}

/** `path` normalized. Throws `build.output-outside` naming the phase, the key and `origin`. */
export function insideApp(phase: string, key: string, path: string, origin?: string): string {
  const normal = posix.normalize(path).replace(/\/$/, '')
  if (!posix.isAbsolute(normal) && normal !== '.' && normal !== '..' && !normal.startsWith('../') && !normal.includes('\0')) return normal
  const place = origin === undefined ? '' : `${origin}: `
  throw hop3Error(
    'build.output-outside',
    `${place}Phase ${visible(phase)} names ${visible(path)} in ${key}: that is not a path inside the app.`,
    {
      hint: `Write it relative to the app's root, like \`${key} = ["dist"]\`, and not the root itself.`,
      details: { phase, key, path, ...(origin !== undefined && { origin }) },
    },
  )
}
