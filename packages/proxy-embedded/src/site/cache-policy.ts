/** How long a browser may keep a file without asking. */

const forever = 'public, max-age=31536000, immutable'
const askEveryTime = 'no-cache'
const generated = /^(?:_next\/static|_app\/immutable)\//

/**
 * A name that carries a hash of the content never gets other content; everything else is kept but asked for again, so that a deploy is
 * seen at once. A name is taken for a hashed one only when it cannot well be anything else: a year is long for a mistake.
 */
export function cacheControl(path: string): string {
  if (path.endsWith('.html')) return askEveryTime
  return generated.test(path) || hasHash(path.slice(path.lastIndexOf('/') + 1)) ? forever : askEveryTime
}

function hasHash(name: string): boolean {
  const words = name.split('.').slice(0, -1)
  return words.some(
    (word) => isHash(word) || isHash(/[-_~]([A-Za-z0-9]+)$/.exec(word)?.[1] ?? '') || isHash(/-([A-Za-z0-9_-]{8})$/.exec(word)?.[1] ?? ''),
  )
}

/** Eight hex digits or more with a letter and a digit among them (a date has no letter), or base64 with both cases and a digit. */
function isHash(word: string): boolean {
  if (word.length < 8 || !/\d/.test(word)) return false
  return /^[0-9a-f]+$/.test(word) ? /[a-f]/.test(word) : /[a-z]/.test(word) && /[A-Z]/.test(word) && /^[A-Za-z0-9_-]+$/.test(word)
}
