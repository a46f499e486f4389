/** Words of nginx's configuration language. */
import { hop3Error, visible } from '@hop3/core'

/**
 * The text as one argument, byte for byte. In quotes only the quote and the backslash mean something, besides `$`, which no escape takes its
 * meaning from: that, what ends a line, and what `include` takes for a pattern is refused with `deploy.proxy.route`.
 */
export function quoted(text: string, what: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it refuses
  const found = /[\u0000-\u001f\u007f$*?[\]]/.exec(text)
  if (found !== null) {
    throw hop3Error('deploy.proxy.route', `Cannot route by nginx: ${what} ${visible(text)} holds ${visible(found[0])}.`, {
      hint: 'nginx cannot be told such a path. Rename it, or use another proxy: HOP3_PROXY=embedded',
    })
  }
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`
}

/** A block of directives, indented. */
export function block(head: string, lines: readonly string[]): readonly string[] {
  return [`${head} {`, ...lines.map((line) => `  ${line}`), '}']
}
