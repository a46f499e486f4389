import { matchesPattern } from './path-pattern.ts'

/**
 * Whether a workspace with these patterns has `directory` (relative to its root) as a member. As npm reads them: in their order, each taking
 * in what it means, and one that begins with `!` taking out what was in so far; a later one may take it in again.
 */
export function isWorkspaceMember(patterns: readonly string[], directory: string): boolean {
  return patterns.reduce((isMember, pattern) => {
    const isExclusion = pattern.startsWith('!')
    return matchesPattern(isExclusion ? pattern.slice(1) : pattern, directory) ? !isExclusion : isMember
  }, false)
}

/** Characters of one, which are as many as its directories may have at most, and patterns of one workspace. */
const [longest, most] = [1000, 1000]

/** The patterns of a workspace that are looked into: none longer than any path of a package, and no more than a workspace has. */
export function usablePatterns(patterns: readonly string[]): readonly string[] {
  return patterns.filter((pattern) => pattern.length <= longest).slice(0, most)
}
