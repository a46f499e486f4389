import type { PhaseInput, PlanInput, RuntimeInput, StartInput } from '@hop3/core'

type Readable<Value> = Value extends readonly (infer Element)[]
  ? readonly Readable<Element>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Readable<Value[Key]> }
    : Value

/** A plan that is only read: a layer as written, or a finished `BuildPlan`. */
export type ReadablePlan = Readable<PlanInput>
export type ReadablePhase = Readable<PhaseInput>
export type ReadableStart = Readable<StartInput>
export type ReadableRuntime = Readable<RuntimeInput>
