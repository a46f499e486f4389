/** Whether a file is compiled on the systems that apps are built on. */

/** What the go command itself says of them; every other tag is somebody's own, and asked for on a command line. */
const said = /^(?:linux|unix|gc|cgo|amd64|arm64|go1\.\d+)$/

/** By its `//go:build` line, which stands above the package clause. */
export function isCompiled(text: string): boolean {
  const line = /^\/\/go:build[ \t]+(.+)$/m.exec(text.split(/^package\s/m, 1)[0] ?? '')?.[1]
  // Nobody writes longer ones, and each parenthesis is a step down.
  return line === undefined || alternatives((line.match(/&&|\|\||[!()]|[\w.]+/g) ?? []).slice(0, 200)).holds
}

interface Read {
  readonly holds: boolean
  /** The words after it. */
  readonly rest: readonly string[]
}

function alternatives(words: readonly string[]): Read {
  let read = conjunction(words)
  while (read.rest[0] === '||') {
    const other = conjunction(read.rest.slice(1))
    read = { holds: read.holds || other.holds, rest: other.rest }
  }
  return read
}

function conjunction(words: readonly string[]): Read {
  let read = term(words)
  while (read.rest[0] === '&&') {
    const other = term(read.rest.slice(1))
    read = { holds: read.holds && other.holds, rest: other.rest }
  }
  return read
}

function term([word = '', ...rest]: readonly string[]): Read {
  if (word === '!') {
    const denied = term(rest)
    return { holds: !denied.holds, rest: denied.rest }
  }
  if (word !== '(') return { holds: said.test(word), rest }
  const inside = alternatives(rest)
  return { holds: inside.holds, rest: inside.rest.slice(1) }
}
