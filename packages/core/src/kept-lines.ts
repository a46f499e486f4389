/** What of a command's output an error shows: its end, and its beginning where that alone says what went wrong. */
export interface KeptLines {
  add(line: string): void
  lines(): readonly string[]
}

const lastLines = 20
const firstLines = 4
const mostFaults = 5

/** npm names the fault first, then lists it in full and explains its options: the end of that says nothing. */
const beginsFault = /^npm (?:error|ERR!) code /
/** What is in package.json and not in the lock file. */
const listsFault = /^npm (?:error|ERR!) (?:Missing|Invalid): /
const beginsHelp = /^npm (?:error|ERR!) Usage:$/
const endsHelp = /^npm (?:error|ERR!) (?:Run "?`?npm help|A complete log)|^(?!npm (?:error|ERR!))/

export function keptLines(): KeptLines {
  const fault: { readonly at: number; readonly line: string }[] = []
  const end: string[] = []
  let count = 0
  let listed = 0
  let isHelp = false
  return {
    add(line) {
      isHelp = isHelp ? !endsHelp.test(line) : beginsHelp.test(line)
      if (isHelp) return
      count += 1
      if (beginsFault.test(line)) fault.length = 0
      const follows = fault.length > 0 && fault.length < firstLines
      const isListed = listsFault.test(line)
      if (isListed) listed += 1
      if (beginsFault.test(line) || follows || (isListed && listed <= mostFaults)) fault.push({ at: count, line })
      end.push(line)
      if (end.length > lastLines) end.shift()
    },
    lines() {
      const lost = fault.filter(({ at }) => at <= count - end.length).map(({ line }) => line)
      return lost.length === 0 ? end : [...lost, '…', ...end]
    },
  }
}
