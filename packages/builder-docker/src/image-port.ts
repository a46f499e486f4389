/** Which port an image's web server listens on, from what says so: its EXPOSE, its command, its variables. */
import type { Decision } from '@hop3/core'
import { likelyPort, portNumber } from '@hop3/core/docker'
import { dockerfileInstructions } from './build/dockerfile-lines.ts'

export interface PortQuestion {
  /** Of EXPOSE, those of the base image among them, ascending. */
  readonly exposed: readonly number[]
  /** The value of PORT in the image's environment. */
  readonly variable: string | undefined
  /** What `web` runs. */
  readonly command: string
  readonly dockerfile: { readonly path: string; readonly text: string }
}

/** Undefined where nothing says it: the app is told one by $PORT then. */
export function imagePort(question: PortQuestion): Decision | undefined {
  const { exposed, dockerfile } = question
  const [only] = exposed
  if (only !== undefined && exposed.length === 1) return decided(only, `${dockerfile.path}: EXPOSE`)
  const said = [
    { port: commandPort(question.command), origin: `${dockerfile.path}: the command \`${question.command}\`` },
    { port: portNumber(question.variable), origin: `${dockerfile.path}: ENV PORT` },
  ]
  for (const { port, origin } of said)
    if (port !== undefined && (exposed.length === 0 || exposed.includes(port))) return decided(port, origin)
  const own = exposedIn(dockerfile.text).filter((port) => exposed.includes(port))
  const port = likelyPort(own.length > 0 ? own : exposed)
  return port === undefined ? undefined : decided(port, `${dockerfile.path}: EXPOSE, one of ${exposed.join(', ')}`)
}

/** The port a command names by itself: `--port 80`, `--server.port=8501`, `-p 3000`, `--bind :8000`, `runserver 0.0.0.0:8000`. */
export function commandPort(command: string): number | undefined {
  const patterns = [
    /(?:^|\s)--?(?:(?:http|server|listen|web)[-._]?)?port[=\s]["']?(\d{2,5})\b/i,
    /(?:^|[\s="'])(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::\]|\*)?:(\d{2,5})(?=$|[\s"',])/,
    /(?:^|\s)(?<!\bmkdir )-p[=\s]?(\d{2,5})(?=$|\s)/,
  ]
  for (const pattern of patterns) {
    const port = portNumber(pattern.exec(command)?.[1])
    if (port !== undefined) return port
  }
  return undefined
}

/** What the Dockerfile itself exposes: its base image may do so for its own reasons. */
function exposedIn(text: string): readonly number[] {
  return dockerfileInstructions(text)
    .filter(({ keyword }) => keyword === 'EXPOSE')
    .flatMap((instruction) => instruction.text.split(/\s+/))
    .flatMap((word) => portNumber(/^(\d+)(?:\/tcp)?$/i.exec(word)?.[1]) ?? [])
}

function decided(port: number, origin: string): Decision {
  return { key: 'port', value: String(port), origin }
}
