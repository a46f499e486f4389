/** Text in Caddy's configuration: braces name placeholders, which are resolved while it serves. */
import { hop3Error, visible } from '@hop3/core'

/** A path that is taken byte for byte. What Caddy would take for a placeholder or a pattern is refused with `deploy.proxy.route`. */
export function literalPath(path: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what it refuses
  const found = /[\u0000-\u001f\u007f{}*?[\]\\]/.exec(path)
  if (found === null) return path
  throw hop3Error('deploy.proxy.route', `Cannot route by Caddy: the path ${visible(path)} holds ${visible(found[0])}.`, {
    hint: 'Caddy cannot be told such a path. Choose another HOP3_HOME, or another proxy: HOP3_PROXY=embedded',
  })
}
