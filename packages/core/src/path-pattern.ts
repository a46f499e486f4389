/**
 * Whether a relative path is what a workspace's pattern means: `*` and `?` inside a name, `**` any number of names, `{a,b}` one of these,
 * everything else itself. Takes time in proportion to pattern and path, whatever is in them: no regular expression is made of a pattern.
 */
export function matchesPattern(pattern: string, path: string): boolean {
  const names = namesOf(path)
  let reached: ReadonlySet<number> = new Set([0])
  for (const part of namesOf(pattern)) reached = part === '**' ? fromFirst(reached, names.length) : namesReached(part, names, reached)
  return reached.has(names.length)
}

/** `a//./b/` is `a/b`. */
function namesOf(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

function namesReached(part: string, names: readonly string[], from: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...from].filter((index) => index < names.length && matchesName(part, names[index] ?? '')).map((index) => index + 1))
}

/** Whether one name of a path is what `pattern` means, which has no `/`. */
export function matchesName(pattern: string, name: string): boolean {
  return placesReached(pattern, name, new Set([0])).has(name.length)
}

/** Where in `name` the pattern can have come to, having begun at one of the places `from`. */
function placesReached(pattern: string, name: string, from: ReadonlySet<number>): ReadonlySet<number> {
  let reached = from
  for (const token of pattern.match(/\*+|\?|\{[^{}]*\}|[^*?{]+|\{/g) ?? []) {
    if (reached.size === 0) break
    if (token.startsWith('*')) reached = fromFirst(reached, name.length)
    else if (token.startsWith('{') && token.endsWith('}')) reached = oneOf(token.slice(1, -1).split(','), name, reached)
    else if (token === '?') reached = new Set([...reached].filter((place) => place < name.length).map((place) => place + 1))
    else reached = new Set([...reached].filter((place) => name.startsWith(token, place)).map((place) => place + token.length))
  }
  return reached
}

function oneOf(patterns: readonly string[], name: string, from: ReadonlySet<number>): ReadonlySet<number> {
  return new Set(patterns.flatMap((pattern) => [...placesReached(pattern, name, from)]))
}

/** Everything from the first of them on. */
function fromFirst(reached: ReadonlySet<number>, last: number): ReadonlySet<number> {
  const first = Math.min(...reached)
  return first > last ? new Set() : new Set(Array.from({ length: last - first + 1 }, (_, index) => first + index))
}
