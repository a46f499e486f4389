import { hop3Error } from '@hop3/core'

/** What reads values calls itself for what is in them; nothing a person writes goes nearly as deep. */
const deepest = 100

/** Throws `config.syntax` for a parsed value with more than 100 lists and tables inside each other. */
export function checkDepth(value: unknown, path: string): void {
  let level = isNested(value) ? [value] : []
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > deepest) {
      throw hop3Error('config.syntax', `${path}: this is nested more than ${deepest} levels deep.`, {
        hint: 'Check that this is the file that was meant, and not one made to be hard to read.',
        details: { path },
      })
    }
    // What aliases of YAML stand for is there once, however many stand for it.
    level = [...new Set(level.flatMap(childrenOf))]
  }
}

function childrenOf(value: object): object[] {
  return Object.values(value).filter(isNested)
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
