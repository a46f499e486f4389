import type { BuildPlan } from '@hop3/core'
import { canonicalPlan } from './canonical-plan.ts'
import { phaseLabel } from './plan-to-dot.ts'

interface Box {
  readonly name: string
  readonly lines: readonly string[]
  readonly kind: 'phase' | 'process'
  readonly waitsFor: readonly string[]
  readonly column: number
}

interface Placed extends Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Pixels. Characters of a monospaced font are 0.6 of its size wide. */
const font = 12
const line = 17
const padding = 12
const gap = { column: 56, row: 20 }
const longest = 60

/** The plan as one SVG image, needing nothing else: phases left to right in the order they can run, then the processes. */
export function planToSvg(plan: BuildPlan): string {
  const boxes = place(boxesOf(plan))
  const width = Math.max(...boxes.map((box) => box.x + box.width), 0) + padding
  const height = Math.max(...boxes.map((box) => box.y + box.height), 0) + padding
  const byName = new Map(boxes.map((box) => [box.name, box]))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escape('Build plan')}</title>`,
    '<style>text{font:12px ui-monospace,monospace;fill:#24292f}.name{font-weight:bold}rect{fill:#f6f8fa;stroke:#8c959f}.process{fill:#ddf4ff}path{fill:none;stroke:#57606a}.process-edge{stroke-dasharray:4 3}</style>',
    ...boxes.flatMap((box) => box.waitsFor.flatMap((name) => edge(byName.get(name), box))),
    ...boxes.flatMap(drawn),
    '</svg>',
    '',
  ].join('\n')
}

function boxesOf(plan: BuildPlan): readonly Box[] {
  const { phases, processes } = canonicalPlan(plan)
  const columns = new Map<string, number>()
  const columnOf = (name: string): number => {
    const known = columns.get(name)
    if (known !== undefined) return known
    const column = Math.max(-1, ...(phases[name]?.dependsOn ?? []).map(columnOf)) + 1
    columns.set(name, column)
    return column
  }
  const phaseBoxes = Object.entries(phases).map(([name, phase]): Box => {
    const lines = phaseLabel(name, phase).split('\n')
    return { name, lines, kind: 'phase', waitsFor: phase.dependsOn, column: columnOf(name) }
  })
  const last = Math.max(-1, ...columns.values()) + 1
  const ends = Object.keys(phases).filter((name) => !phaseBoxes.some((box) => box.waitsFor.includes(name)))
  const processBoxes = Object.entries(processes).map(([name, command]): Box => ({
    name: `process ${name}`,
    lines: [name, ...command.split('\n')],
    kind: 'process',
    waitsFor: ends,
    column: last,
  }))
  return [...phaseBoxes, ...processBoxes]
}

function place(boxes: readonly Box[]): readonly Placed[] {
  const columns = [...new Set(boxes.map(({ column }) => column))].toSorted((one, other) => one - other)
  const placed: Placed[] = []
  let x = padding
  for (const column of columns) {
    const own = boxes.filter((box) => box.column === column)
    const width = Math.ceil(Math.max(...own.map(widthOf)))
    let y = padding
    for (const box of own) {
      const height = box.lines.length * line + padding
      placed.push({ ...box, x, y, width, height })
      y += height + gap.row
    }
    x += width + gap.column
  }
  return placed
}

function widthOf({ lines }: Box): number {
  return Math.max(...lines.map((text) => shortened(text).length)) * font * 0.6 + 2 * padding
}

function drawn({ x, y, width, height, lines, kind }: Placed): readonly string[] {
  return [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6"${kind === 'process' ? ' class="process"' : ''}/>`,
    ...lines.map(
      (text, index) =>
        `<text x="${x + padding}" y="${y + (index + 1) * line}"${index === 0 ? ' class="name"' : ''}>${escape(shortened(text))}</text>`,
    ),
  ]
}

function edge(from: Placed | undefined, to: Placed): readonly string[] {
  if (from === undefined) return []
  const [x1, y1, x2, y2] = [from.x + from.width, from.y + from.height / 2, to.x, to.y + to.height / 2]
  const middle = (x1 + x2) / 2
  const dashed = to.kind === 'process' ? ' class="process-edge"' : ''
  return [`<path d="M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}"${dashed}/>`]
}

function shortened(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
}

/** Also without the control characters that no XML document may hold. */
function escape(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')
    .replace(/[&<>"]/g, (character) => entities[character] ?? character)
}
