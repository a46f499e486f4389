/** The first lines of a Dockerfile that name who reads it: `# syntax=docker/dockerfile:1`, an image of a registry. */

export interface SyntaxLine {
  /** `docker/dockerfile:1`. */
  readonly image: string
  /** From 1. */
  readonly line: number
  /** The same file for the engine's own reader, which would else be asked to fetch the image. */
  readonly without: string
}

/** Undefined where the file names nobody, or a reader of another language. */
export function syntaxLine(text: string): SyntaxLine | undefined {
  const lines = text.split('\n')
  const isOver = lines.findIndex((line) => !directive.test(line))
  const at = lines.slice(0, isOver === -1 ? lines.length : isOver).findIndex((line) => /^\uFEFF?#\s*syntax\s*=/i.test(line))
  const image = /=\s*(\S+)/.exec(lines[at] ?? '')?.[1]
  if (image === undefined || !/^(?:docker\.io\/)?docker\/dockerfile(?::1(?:\.\d+)*)?$/.test(image)) return undefined
  // What stands in a comment ends the lines that are more than comments: those behind it go first.
  const others = lines.slice(0, isOver).filter((_, index) => index !== at)
  return { image, line: at + 1, without: [...others, `# ${image}`, ...lines.slice(isOver)].join('\n') }
}

const directive = /^\uFEFF?#\s*(?:syntax|escape|check)\s*=/i

/** Whether a build came to nothing because nobody could be asked for that image. */
export function isSyntaxUnreachable(message: string, { image }: SyntaxLine): boolean {
  const name = image.replace(/^docker\.io\//, '').replace(/:.*$/, '')
  return message.includes(name) && /failed to (?:resolve source metadata|do request)/.test(message) && unreachable.test(message)
}

/** As Go's network code says it. A registry that answers that there is no such image has been asked. */
const unreachable =
  /dial tcp|no such host|connection refused|i\/o timeout|network is unreachable|TLS handshake|x509|context deadline exceeded|EOF|(?:429|5\d\d) [A-Z]/
