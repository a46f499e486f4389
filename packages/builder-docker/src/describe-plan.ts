/** What a build by the app's own Dockerfile begins with and what its image starts, as far as the file says it: no plan has a part in that. */
import type { BuildContext, PlanNote } from '@hop3/core'
import { createBuildSession } from './build-session.ts'
import { dockerfileInstructions, type Instruction } from './build/dockerfile-lines.ts'

/** See `BuilderFactory.describePlan`. Undefined where the image is made from the plan. */
export async function describePlan(context: BuildContext): Promise<PlanNote | undefined> {
  const { dockerfile } = await createBuildSession(context)
  const found = await dockerfile()
  if (found === undefined) return undefined
  const all = dockerfileInstructions(found.text)
  const last = all.reduce((highest, { stage }) => Math.max(highest, stage), 0)
  const of = (keyword: string, stage?: number): readonly Instruction[] =>
    all.filter((one) => one.keyword === keyword && (stage === undefined || one.stage === stage))
  // Of several in a stage the last one counts; ports add up.
  const [entrypoint, command] = [of('ENTRYPOINT', last).at(-1), of('CMD', last).at(-1)]
  const facts: readonly (readonly [name: string, Instruction])[] = [
    ...of('FROM').map((one) => ['from', one] as const),
    ...of('EXPOSE', last).map((one) => ['expose', one] as const),
    ...(entrypoint === undefined ? [] : [['entrypoint', entrypoint] as const]),
    ...(command === undefined ? [] : [['command', command] as const]),
  ]
  return {
    title: 'Docker',
    rows: [['built by', found.path], ...facts.map(([name, { text, firstLine }]) => [name, text, `${found.path}:${firstLine}`] as const)],
    value: { dockerfile: found.path, says: facts.map(([name, { text, firstLine }]) => ({ name, text, line: firstLine })) },
  }
}
