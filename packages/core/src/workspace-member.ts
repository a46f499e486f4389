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
