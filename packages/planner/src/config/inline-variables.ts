import type { PlanInput } from '@hop3/core'

export interface InlinedPlan {
  readonly plan: PlanInput
  /** Configuration variables that commands use and nothing in the plan sets, each with its phase. */
  readonly unset: readonly { readonly name: string; readonly phase: string }[]
}

/**
 * nixpacks' own plans use its configuration variables in commands (`pip install uv==$NIXPACKS_UV_VERSION`). They are no variables of the
 * build here, so the commands get the values; one that a shell would take apart stays as it is written.
 */
export function inlineVariables(plan: PlanInput, values: Readonly<Record<string, string>>): InlinedPlan {
  const unset: { name: string; phase: string }[] = []
  const phases = Object.entries(plan.phases ?? {}).map(([phase, content]) => {
    const cmds = content.cmds?.map((command) =>
      command.replace(usedVariable, (written, braced: string | undefined, bare: string | undefined) => {
        const name = braced ?? bare ?? ''
        const value = Object.hasOwn(values, name) ? values[name] : undefined
        if (value === undefined) unset.push({ name, phase })
        return value !== undefined && /^[\w.@/:+-]*$/.test(value) ? value : written
      }),
    )
    return [phase, cmds === undefined ? content : { ...content, cmds }] as const
  })
  return { plan: plan.phases ? { ...plan, phases: Object.fromEntries(phases) } : plan, unset }
}

const usedVariable = /\$(?:\{(NIXPACKS_[A-Z0-9_]+)\}|(NIXPACKS_[A-Z0-9_]+))/g
