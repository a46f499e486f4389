import type { ContextJudge } from './read-context.ts'
import type { IgnoreRules, ParentMatches } from './ignore-rules.ts'

/** What the rules of a .dockerignore leave of a directory. */
export function ignoreJudge(rules: IgnoreRules): ContextJudge {
  return judgeBelow(rules, [])
}

function judgeBelow(rules: IgnoreRules, above: ParentMatches): ContextJudge {
  return (path, isDirectory) => {
    const { isIgnored, parents } = rules.judge(path, above)
    if (!isDirectory) return { isTaken: !isIgnored }
    if (isIgnored && !rules.mayTakeBack(path)) return { isTaken: false }
    return { isTaken: !isIgnored, below: judgeBelow(rules, parents) }
  }
}
