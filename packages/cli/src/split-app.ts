export interface NamedWords {
  readonly named: string | undefined
  readonly rest: readonly string[]
}

/**
 * Whether the first word names the app: always when there is one of that name, else when it can be one and words follow it or it `mayBeAlone`.
 * Variables are mostly upper-case, apps never are.
 */
export function splitApp(words: readonly string[], apps: readonly string[], mayBeAlone: boolean): NamedWords {
  const [first = ''] = words
  const canBe = /^[a-z][a-z0-9-]*$/.test(first) && (words.length > 1 || mayBeAlone)
  return canBe || apps.includes(first) ? { named: first, rest: words.slice(1) } : { named: undefined, rest: words }
}
