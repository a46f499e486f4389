/**
 * Whether a relative path is what a pattern means. Takes time in proportion to pattern and path, whatever is in them: no regular expression
 * is made of a pattern. Where in the text one can have come to is a list of places, in order, and nothing is tried twice.
 */

/** As workspaces have them: `*` and `?` inside a name, `**` any number of names, `{a,b}` one of these, everything else itself. */
export function matchesPattern(pattern: string, path: string): boolean {
  const names = namesOf(path)
  let reached: Places = [0]
  for (const part of namesOf(pattern)) reached = part === '**' ? fromFirst(reached, names.length) : namesReached(part, names, reached)
  return reached.at(-1) === names.length
}

/** Whether one name of a path is what `pattern` means, which has no `/`. */
export function matchesName(pattern: string, name: string): boolean {
  return placesReached(pattern, name, [0]).at(-1) === name.length
}

/** As phases and provider programs name files: `*` and `?` inside a name, `**` across names, `**` and `/` any directories or none. */
export function filePattern(pattern: string): (path: string) => boolean {
  // Runs of stars are one: two others that take nothing never follow each other, so most patterns end where the path does.
  const plain = pattern.replace(/\*{3,}/g, '**').replace(/(?:\*\*\/)+/g, '**/')
  const tokens = plain.match(/\*\*\/?|\*|\?|[^*?]+/g) ?? []
  return (path) => {
    let reached: Places = [0]
    for (const token of tokens) {
      reached = advance(token, path, reached)
      if (reached.length === 0) return false
    }
    return reached.at(-1) === path.length
  }
}

/** Indexes in a text, each once, in order. */
type Places = readonly number[]

/** `a//./b/` is `a/b`. */
function namesOf(path: string): readonly string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}

function namesReached(part: string, names: readonly string[], from: Places): Places {
  return from.filter((index) => index < names.length && matchesName(part, names[index] ?? '')).map((index) => index + 1)
}

/** Where in `name` the pattern can have come to, having begun at one of the places `from`. */
function placesReached(pattern: string, name: string, from: Places): Places {
  let reached = from
  for (const token of pattern.match(/\*+|\?|\{[^{}]*\}|[^*?{]+|\{/g) ?? []) {
    if (reached.length === 0) break
    const isChoice = token.startsWith('{') && token.endsWith('}')
    reached = isChoice ? oneOf(token.slice(1, -1).split(','), name, reached) : advance(token, name, reached)
  }
  return reached
}

function oneOf(patterns: readonly string[], name: string, from: Places): Places {
  const places = new Set(patterns.flatMap((pattern) => placesReached(pattern, name, from)))
  return [...places].toSorted((one, other) => one - other)
}

/** Behind a `*`, `**`, `**` and `/`, `?`, or what means itself. */
function advance(token: string, text: string, from: Places): Places {
  if (token === '*') return behindName(text, from)
  if (token === '**/') return behindDirectories(text, from)
  if (token.startsWith('*')) return fromFirst(from, text.length)
  const reached: number[] = []
  for (const place of from) {
    const isTaken = token === '?' ? place < text.length && text[place] !== '/' : text.startsWith(token, place)
    if (isTaken) reached.push(place + token.length)
  }
  return reached
}

/** Up to the next `/`: each letter is looked at once. */
function behindName(text: string, from: Places): Places {
  const reached: number[] = []
  let last = -1
  for (const place of from) {
    if (place <= last) continue
    const slash = text.indexOf('/', place)
    last = slash === -1 ? text.length : slash
    for (let next = place; next <= last; next++) reached.push(next)
  }
  return reached
}

/** Nothing, or everything to a later `/`. */
function behindDirectories(text: string, from: Places): Places {
  const reached: number[] = []
  const [first = text.length + 1] = from
  for (let place = first, at = 0; place <= text.length; place++) {
    if (from[at] === place) at++
    else if (place === first || text[place - 1] !== '/') continue
    reached.push(place)
  }
  return reached
}

/** Everything from the first of them on. */
function fromFirst([first = Infinity]: Places, last: number): Places {
  const reached: number[] = []
  for (let place = first; place <= last; place++) reached.push(place)
  return reached
}
