/** Paths a plan names inside the app. */
import { posix } from 'node:path'
import { hop3Error, visible, type Phase } from '@hop3/core'

/** The phase's outputs, normalized, without those inside another. Throws `build.output-outside` for what is not inside the app, or is all of it. */
export function phaseOutputs(name: string, phase: Phase): readonly string[] {
  const outputs = [...new Set((phase.outputs ?? []).map((output) => insideApp(name, 'outputs', output)))]
  return outputs.filter((one) => !outputs.some((other) => one !== other && one.startsWith(`${other}/`))).toSorted()
}

/** `path` normalized. Throws `build.output-outside` naming the phase and the key. */
export function insideApp(phase: string, key: string, path: string): string {
  const normal = posix.normalize(path).replace(/\/$/, '')
  if (!posix.isAbsolute(normal) && normal !== '.' && normal !== '..' && !normal.startsWith('../') && !normal.includes('\0')) return normal
  throw hop3Error('build.output-outside', `Phase ${visible(phase)} names ${visible(path)} in ${key}: that is not a path inside the app.`, {
    hint: `Write it relative to the app's root, like \`${key} = ["dist"]\`, and not the root itself.`,
    details: { phase, key, path },
  })
}
