import { hop3Error, isHop3Error } from '@hop3/core'

/**
 * Toolchains call the place of an option `hop3.toml [build.node] version`, wherever it was written. `places` has the real one:
 * `hop3.toml:3:1`, `nixpacks.toml:7:1`, `HOP3_NODE_VERSION (--env)`.
 */
export interface WrittenPlaces {
  /** A whole origin. */
  readonly origin: (text: string) => string
  /** A sentence that may name one: its place, and which option it is. */
  readonly sentence: (text: string) => string
  /** The same error, naming places. */
  readonly error: (error: unknown) => unknown
}

export function writtenPlaces(places: ReadonlyMap<string, string>): WrittenPlaces {
  // `[build.node] version` begins with the place of the table itself.
  const known = [...places].toSorted(([one], [other]) => other.length - one.length)
  const patterns = known.map(([name, place]) => ({
    pattern: new RegExp(`${name.replace(/[.[\]$()*+?{}|^\\]/g, '\\$&')}(?![\\w-])`, 'g'),
    written: `${place}: ${name.replace(/^hop3\.toml /, '')}`,
  }))
  const sentence = (text: string): string => patterns.reduce((said, { pattern, written }) => said.replace(pattern, () => written), text)
  return {
    sentence,
    origin: (text) => places.get(text) ?? text,
    error: (error) => {
      if (!isHop3Error(error) || sentence(error.message) === error.message) return error
      const { code, message, hint, details, cause } = error
      return hop3Error(code, sentence(message), { details, cause, ...(hint !== undefined && { hint }) })
    },
  }
}
