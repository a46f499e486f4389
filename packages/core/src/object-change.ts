/** What a deploy would change of what an orchestrator has: data, for people and programs. */

/** One object: an orchestrator's own word for it, such as `Deployment`, and its name. */
export interface ObjectChange {
  readonly action: 'create' | 'change' | 'delete'
  readonly kind: string
  readonly name: string
  /** Of one that is changed, at least one; else none. */
  readonly fields: readonly FieldChange[]
}

export interface FieldChange {
  /** `spec.template.spec.containers[web].image`. */
  readonly path: string
  /** JSON. Absent where the field is new, and of a secret. */
  readonly before?: unknown
  /** JSON. Absent where the field goes, and of a secret. */
  readonly after?: unknown
  /** That it changes is all that is said of it. */
  readonly isSecret?: true
}
