/** Keeps known secret values out of everything a person or a file gets to see. */

export interface SecretMask {
  /** A whole text, masked. */
  readonly mask: (text: string) => string
  /** A stream's masker: keeps back what could be the beginning of a secret until the next chunk decides. */
  stream(): SecretStream
}

export interface SecretStream {
  /** The part of everything written so far that is safe to show. */
  write(chunk: string): string
  /** The rest. */
  end(): string
}

const replacement = '[MASKED]'
/** Shorter values (a port, "true") would mask ordinary words. */
const shortestSecret = 6
/** A longer run without a blank is data, not a URL. */
const longestWord = 4_096
/**
 * What stands for credentials in a URL: nobody encodes the `@` and `/` of a password by hand, so it goes on to the last `@` of the word or
 * of the quoted text. After `http://host:8080/` an `@` belongs to the path (`/@scope/name`). `git` is the user of everybody's repositories.
 */
const credentialsInUrl: readonly RegExp[] = [
  /((?<=\bhttps?):\/\/[^\s/:@"'[]*:(?!\d{1,5}\/))[^\s"']+(?=@)/gi,
  /((?<!\bhttps?):\/\/[^\s/:@"'[]*:)[^\s"']+(?=@)/gi,
  /(:\/\/)(?!git@)[^\s/:"']+(?=@)/g,
  // A quote in the password, no other.
  /(:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/g,
]

/** Masks each value, its base64 and its percent-encoded form, and the password or token in any `scheme://user:password@` or `scheme://token@`. */
export function createSecretMask(values: Iterable<string>): SecretMask {
  const needles = encodedForms(values)
  const mask = (text: string): string => {
    const masked = needles.reduce((shown, needle) => shown.replaceAll(needle, replacement), text)
    if (!masked.includes('://')) return masked
    return credentialsInUrl.reduce((shown, credentials) => shown.replace(credentials, `$1${replacement}`), masked)
  }
  return Object.freeze({ mask, stream: () => maskStream(needles, mask) })
}

function encodedForms(values: Iterable<string>): readonly string[] {
  const forms = new Set<string>()
  for (const value of values) {
    if (value.length < shortestSecret) continue
    // A value of several lines is printed line by line: each long enough line is a secret too.
    for (const part of [value, ...value.split('\n').filter((line) => line.length >= shortestSecret * 2)]) {
      const base64 = Buffer.from(part).toString('base64')
      forms.add(part)
      forms.add(base64)
      forms.add(base64.replace(/=+$/, ''))
      forms.add(Buffer.from(part).toString('base64url'))
      forms.add(percentEncoded(part))
    }
  }
  return [...forms].toSorted((one, other) => other.length - one.length)
}

function percentEncoded(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      /[A-Za-z0-9_.~-]/.test(String.fromCharCode(byte))
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
}

function maskStream(needles: readonly string[], mask: (text: string) => string): SecretStream {
  const longest = needles[0]?.length ?? 0
  let held = ''
  return {
    write(chunk) {
      held += chunk
      const safe = held.length - heldBack(held, needles, longest)
      const shown = mask(held.slice(0, safe))
      held = held.slice(safe)
      return shown
    },
    end() {
      const rest = mask(held)
      held = ''
      return rest
    },
  }
}

/** How many last characters could still become a secret (or a URL's credentials) with the next chunk. */
function heldBack(text: string, needles: readonly string[], longest: number): number {
  // A URL's credentials end at the last `@` of a word: until a blank comes, one could.
  const word = /\S*$/.exec(text)?.[0].length ?? 0
  let keep = word > longestWord ? 0 : word
  for (let length = Math.min(longest - 1, text.length); length > keep; length--) {
    const tail = text.slice(-length)
    if (needles.some((needle) => needle.startsWith(tail))) keep = length
  }
  return cutsSecret(text, needles, keep)
}

/** Never cut inside a secret that is already complete: its middle would leave unmasked. */
function cutsSecret(text: string, needles: readonly string[], keep: number): number {
  const cut = text.length - keep
  for (const needle of needles) {
    for (let at = text.indexOf(needle, Math.max(0, cut - needle.length + 1)); at !== -1 && at < cut; at = text.indexOf(needle, at + 1)) {
      if (at + needle.length > cut) return cutsSecret(text, needles, text.length - at)
    }
  }
  return keep
}
