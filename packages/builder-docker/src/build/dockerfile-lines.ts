/** Where the instructions of a Dockerfile stand: for messages, and for what can be seen in it without running it. */

export interface Instruction {
  /** Upper case. */
  readonly keyword: string
  /** What stands behind the keyword, continued lines joined. */
  readonly text: string
  /** From 1. */
  readonly firstLine: number
  readonly lastLine: number
  /** From 0; of what stands before the first FROM: -1. */
  readonly stage: number
}

export function dockerfileInstructions(text: string): readonly Instruction[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
  const escape = /^#\s*escape\s*=\s*`/im.test(lines.slice(0, 5).join('\n')) ? '`' : '\\'
  const found: Instruction[] = []
  let stage = -1
  for (let at = 0; at < lines.length; at++) {
    const firstLine = at + 1
    const parts: string[] = []
    for (let isContinued = true; isContinued && at < lines.length; at++) {
      const line = lines[at] ?? ''
      const isSkipped = /^\s*#/.test(line) || (parts.length > 0 && line.trim() === '')
      const trimmed = line.trimEnd()
      isContinued = isSkipped ? parts.length > 0 : trimmed.endsWith(escape)
      if (!isSkipped) parts.push(trimmed.endsWith(escape) ? trimmed.slice(0, -1) : line)
    }
    at--
    const match = /^\s*([A-Za-z]+)(?:\s+([\s\S]*))?$/.exec(parts.join(' '))
    if (match === null) continue
    const keyword = (match[1] ?? '').toUpperCase()
    const body = (match[2] ?? '').trim()
    if (keyword === 'FROM') stage++
    if (/^(?:RUN|COPY|ADD)$/.test(keyword)) at = heredocEnd(lines, at, body)
    found.push({ keyword, text: body, firstLine, lastLine: at + 1, stage })
  }
  return found
}

function heredocEnd(lines: readonly string[], start: number, body: string): number {
  let at = start
  for (const [, dash, , word] of body.matchAll(/<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_]*)\2/g)) {
    const end = lines.findIndex((line, index) => index > at && (dash === '-' ? line.replace(/^\t+/, '') : line) === word)
    if (end !== -1) at = end
  }
  return at
}

/** The instruction of a step as engines name them: `[2/4] RUN x`, `[build 2/4] RUN x`, `[stage-1 2/4] RUN x`. */
export function instructionOfStep(text: string, name: string, isClassic: boolean): Instruction | undefined {
  const match = /^\[(?:(.+) )?(\d+)\/\d+\] /.exec(name)
  if (match === null) return undefined
  const all = dockerfileInstructions(text)
  const number = Number(match[2])
  const podman = isClassic ? /^stage-(\d+)$/.exec(match[1] ?? '') : null
  if (podman !== null) return all.filter(({ stage }) => stage === Number(podman[1]))[number - 1]
  if (isClassic) return all.filter(({ keyword, stage }) => stage >= 0 || keyword === 'ARG')[number - 1]
  const stage = stageNumber(all, match[1]?.replace(/^\S+\/\S+ /, ''))
  return all.filter((one) => one.stage === stage && /^(?:FROM|RUN|COPY|ADD|WORKDIR)$/.test(one.keyword))[number - 1]
}

function stageNumber(all: readonly Instruction[], name: string | undefined): number {
  const from = all.filter(({ keyword }) => keyword === 'FROM')
  const numbered = /^stage-(\d+)$/.exec(name ?? '')
  if (numbered !== null) return Number(numbered[1])
  if (name === undefined) return from.length - 1
  return from.findIndex(({ text }) => new RegExp(`\\sas\\s+${name.replace(/[^\w-]/g, '\\$&')}$`, 'i').test(text))
}

/** Lines of a file around those meant, marked, as BuildKit shows them. */
export function excerpt(path: string, text: string, first: number, last = first): string {
  const lines = text.split('\n')
  const from = Math.max(1, first - 2)
  const to = Math.min(lines.length, last + 2)
  const shown = lines.slice(from - 1, to).map((line, index) => {
    const number = from + index
    return `${String(number).padStart(4)} | ${number >= first && number <= last ? '>>>' : '   '} ${line.replace(/\r$/, '')}`
  })
  return [`${path}:${first}`, '-'.repeat(20), ...shown, '-'.repeat(20)].join('\n')
}

/** Names of build arguments that have no value of their own. */
export function openArguments(text: string): readonly string[] {
  const names = dockerfileInstructions(text)
    .filter(({ keyword }) => keyword === 'ARG')
    .flatMap(({ text: body }) => body.split(/\s+/))
    .filter((word) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(word))
  return [...new Set(names)].filter((name) => !predefined.test(name))
}

const predefined =
  /^(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)$|^(?:HTTPS?|FTP|NO|ALL)_PROXY$|^(?:https?|ftp|no|all)_proxy$|^SOURCE_DATE_EPOCH$|^BUILDKIT_/
