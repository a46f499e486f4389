/** What an engine says while it builds, as what is the same for both of its builders. */

export interface BuildEvents {
  /** `id` stays the step's; `name` is `[2/5] RUN npm ci`, `[internal] load build context`. */
  readonly begin: (id: string, name: string) => void
  readonly output: (id: string, line: string, stream: 'stdout' | 'stderr') => void
  /** Milliseconds as the engine counts them; undefined where it does not say. */
  readonly end: (id: string, end: { readonly isCached: boolean; readonly milliseconds?: number; readonly error?: string }) => void
  readonly warning: (text: string) => void
}
