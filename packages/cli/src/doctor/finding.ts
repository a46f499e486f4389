/** One thing `hop3 doctor` looked at. `note`: works, but a person may want to know. */
export interface Finding {
  readonly check: string
  readonly state: 'ok' | 'note' | 'problem'
  readonly seen: string
  /** The line that mends it. */
  readonly fix?: string
}
