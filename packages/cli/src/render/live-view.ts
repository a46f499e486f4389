import { formatDuration } from './duration.ts'
import { seenEvent, type SeenEvent } from './event-kind.ts'
import { endText, failedText, noteText, plainText } from './plain-view.ts'
import type { Paint } from './style.ts'
import { cutToWidth } from './text-width.ts'
import type { Verbosity, View } from './view.ts'

const hideCursor = '\u001b[?25l'
const showCursor = '\u001b[?25h'
/** Terminals that know synchronized output show a frame at once; the others ignore the two marks. */
const beginFrame = '\u001b[?2026h'
const endFrame = '\u001b[?2026l'
const eraseBelow = '\u001b[J'
const spinner = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']
const frameTime = 100

export interface LiveViewOptions {
  readonly write: (text: string) => void
  /** Asked for every frame: windows change their size. */
  readonly columns: () => number
  readonly monotonic: () => number
  readonly paint: Paint
  readonly verbosity: Verbosity
}

interface RunningPhase {
  readonly name: string
  readonly since: number
  lastLine: string
}

/**
 * Finished phases and remarks stay in the scrollback; below them, what runs now, each phase with its time and its command's last line,
 * drawn anew ten times a second in one write. Shows no cursor until closed.
 */
export function createLiveView({ write, columns, monotonic, paint, verbosity }: LiveViewOptions): View {
  const running: RunningPhase[] = []
  let drawnLines = 0
  let frame = 0
  let timer: NodeJS.Timeout | undefined

  const redraw = (above: string): void => {
    const lines = running.flatMap((phase) =>
      phaseLines(phase, { columns: columns(), now: monotonic(), sign: spinner[frame % spinner.length] ?? '', paint }),
    )
    const back = drawnLines === 0 ? '' : `\u001b[${drawnLines}A\r`
    const ends = lines.map((line) => `${line}\n`).join('')
    write(`${beginFrame}${back}${eraseBelow}${above === '' ? '' : `${above}\n`}${ends}${endFrame}`)
    drawnLines = lines.length
  }
  const tick = (): void => {
    frame += 1
    redraw('')
  }
  const animate = (): void => {
    if (timer !== undefined) return
    write(hideCursor)
    timer = setInterval(tick, frameTime)
    // The animation must not keep the process alive.
    timer.unref()
  }
  const rest = (): void => {
    if (timer === undefined) return
    clearInterval(timer)
    timer = undefined
    write(showCursor)
  }

  return {
    event(event) {
      const seen = seenEvent(event)
      note(running, seen, monotonic())
      const above = aboveText(seen, verbosity, paint)
      if (running.length > 0) animate()
      // A line of output alone waits for the next frame, or a chatty command would make the terminal flicker.
      if (above !== undefined || seen.kind === 'begin' || seen.kind === 'end') redraw(above ?? '')
      if (running.length === 0) rest()
    },
    line: redraw,
    close(outcome) {
      const failed = outcome === 'failed' ? running.map((phase) => failedText(phase.name, paint)) : []
      running.length = 0
      if (drawnLines > 0) redraw(failed.join('\n'))
      rest()
    },
  }
}

/** Updates the list of what runs. */
function note(running: RunningPhase[], seen: SeenEvent, now: number): void {
  if (seen.kind === 'begin') running.push({ name: seen.phase, since: now, lastLine: seen.text === seen.phase ? '' : lastLine(seen.text) })
  if (seen.kind === 'end') {
    const index = running.findLastIndex((phase) => phase.name === seen.phase)
    if (index !== -1) running.splice(index, 1)
  }
  if (seen.kind === 'output') {
    const phase = running.findLast((one) => one.name === seen.phase) ?? running.at(-1)
    if (phase !== undefined && seen.text.trim() !== '') phase.lastLine = lastLine(seen.text)
  }
}

/** Texts may have several lines; a frame has room for one. */
function lastLine(text: string): string {
  return text.split('\n').at(-1) ?? ''
}

/** What an event leaves in the scrollback. */
function aboveText(seen: SeenEvent, verbosity: Verbosity, paint: Paint): string | undefined {
  if (seen.kind === 'begin') return undefined
  if (seen.kind === 'output') return verbosity === 'verbose' ? plainText(seen, verbosity, paint) : undefined
  return seen.kind === 'end' ? endText(seen, paint) : noteText(seen, verbosity, paint)
}

interface Frame {
  readonly columns: number
  readonly now: number
  readonly sign: string
  readonly paint: Paint
}

/** A line that wraps would be two lines to erase, so none is as wide as the window. */
function phaseLines(phase: RunningPhase, { columns, now, sign, paint }: Frame): readonly string[] {
  const room = Math.max(8, columns - 1)
  const time = formatDuration(now - phase.since)
  const roomForName = room - time.length - 4
  const name = cutToWidth(phase.name, roomForName > 3 ? roomForName : room - 2)
  const head = `${paint('cyan', sign)} ${paint('bold', name)}${roomForName > 3 ? `  ${paint('dim', time)}` : ''}`
  return phase.lastLine === '' ? [head] : [head, paint('dim', cutToWidth(`  ${phase.lastLine}`, room))]
}
