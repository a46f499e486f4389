/** What of a command's output an error shows: its end, and its beginning where that alone says what went wrong. */
export interface KeptLines {
  add(line: string): void
  lines(): readonly string[]
}

const lastLines = 20
const firstLines = 4

/** npm names the fault first, then lists it in full and explains its options: the end of that says nothing. */
const beginsFault = /^npm (?:error|ERR!) code /

export function keptLines(): KeptLines {
  const fault: { readonly at: number; readonly line: string }[] = []
  const end: string[] = []
  let count = 0
  return {
    add(line) {
      count += 1
      if (beginsFault.test(line)) fault.length = 0
      const follows = fault.length > 0 && fault.length < firstLines
      if (beginsFault.test(line) || follows) fault.push({ at: count, line })
      end.push(line)
      if (end.length > lastLines) end.shift()
    },
    lines() {
      const lost = fault.filter(({ at }) => at <= count - end.length).map(({ line }) => line)
      return lost.length === 0 ? end : [...lost, '…', ...end]
    },
  }
}
