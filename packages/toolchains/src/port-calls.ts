/** Where a program's text says the port it listens on: each of these goes over the text once. */

export interface FoundPort {
  readonly port: string
  /** Where what says it begins. */
  readonly at: number
}

export type FindPort = (text: string) => FoundPort | undefined

/** The first match, whose groups are the port. */
export function matching(pattern: RegExp): FindPort {
  return (text) => {
    const found = pattern.exec(text)
    const port = found?.[1] ?? found?.[2]
    return found === null || port === undefined ? undefined : { port, at: found.index }
  }
}

/** The first of what several ways find. */
export function firstOf(...ways: readonly FindPort[]): FindPort {
  return (text) => ways.flatMap((find) => find(text) ?? []).toSorted((one, other) => one.at - other.at)[0]
}

/** `run(app, port=8080)`: an argument of the call itself, and of none that is in it. */
export function argumentOf(names: readonly string[]): FindPort {
  const part = new RegExp(`\\b(?:${names.join('|')})\\(|[()]|\\bport\\s*=\\s*(\\d{2,5})\\b`, 'g')
  return (text) => {
    const open: (number | undefined)[] = []
    for (const { 0: written, 1: port, index } of text.matchAll(part)) {
      const call = open.at(-1)
      if (port !== undefined && call !== undefined) return { port, at: call }
      if (written === ')') open.pop()
      else if (port === undefined) open.push(written === '(' ? undefined : index)
    }
    return undefined
  }
}

/** `serve({ port: 8080`: at most so many characters behind what begins it. */
export function shortlyBehind(opening: string, port: string, most: number): FindPort {
  const part = new RegExp(`(${opening})|${port}`, 'g')
  return (text) => {
    let openings: { readonly at: number; readonly end: number }[] = []
    for (const { 0: written, 1: begun, 2: found, index } of text.matchAll(part)) {
      if (begun !== undefined) openings.push({ at: index, end: index + written.length })
      if (found === undefined) continue
      const [first] = openings.filter(({ end }) => end >= index - most)
      if (first !== undefined) return { port: found, at: first.at }
      openings = []
    }
    return undefined
  }
}

/** `const port = 8080`, where what listens says `port` further below. */
export function declaredBefore(declaration: RegExp, use: RegExp): FindPort {
  return (text) => {
    let last = -1
    for (const { index } of text.matchAll(use)) last = index
    const found = last === -1 ? null : declaration.exec(text)
    const port = found?.[1]
    return found === null || port === undefined || found.index + found[0].length > last ? undefined : { port, at: found.index }
  }
}
