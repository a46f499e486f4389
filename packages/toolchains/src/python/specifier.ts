/** PEP 440 version specifiers, as far as `requires-python` uses them, and Poetry's `^3.11`, `~3.11` and `3.11 || 3.12`. */

type Version = readonly number[]

/**
 * Whether some release of `version` satisfies every clause of `specifier`. A version by prefix (`3.12`) stands for all its patches, so
 * `>=3.12.4` allows it. A clause that cannot be read restricts nothing: the installer will judge it.
 */
export function allows(specifier: string, version: string): boolean {
  const lowest = numbers(version)
  return specifier.split(/\|\|?/).some((clauses) =>
    clauses.split(/,|(?<=[\d*])\s+(?=[<>=!~^])/).every((clause) => {
      const [, operator = '==', text, wildcard] = /^(~=|===?|!=|<=|>=|<|>|\^|~|=)?\s*v?(\d[0-9.]*?)(\.\*)?$/.exec(clause.trim()) ?? []
      return text === undefined || holds(lowest, operator, numbers(text), wildcard !== undefined)
    }),
  )
}

function holds(version: Version, operator: string, bound: Version, wildcard: boolean): boolean {
  const order = compare(version, bound)
  switch (operator) {
    case '>=':
      return order >= 0 || isPrefix(version, bound)
    case '>':
      return order > 0 || isPrefix(version, bound)
    case '<=':
      return order <= 0 || isPrefix(bound, version)
    case '<':
      return order < 0
    case '^':
      return (order >= 0 || isPrefix(version, bound)) && isPrefix(bound.slice(0, 1), version)
    case '~':
      return (order >= 0 || isPrefix(version, bound)) && isCompatible(version, bound.slice(0, 2))
    case '~=':
      return (order >= 0 || isPrefix(version, bound)) && isCompatible(version, bound.slice(0, -1))
    case '!=':
      return wildcard ? !isPrefix(bound, version) : order !== 0 || version.length < 3
    default:
      return isPrefix(version, bound) || (isPrefix(bound, version) && (wildcard || order === 0))
  }
}

function compare(one: Version, other: Version): number {
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function isPrefix(prefix: Version, version: Version): boolean {
  return prefix.length <= version.length && prefix.every((part, index) => part === version[index])
}

function isCompatible(version: Version, prefix: Version): boolean {
  return isPrefix(prefix, version) || isPrefix(version, prefix)
}

function numbers(text: string): Version {
  return text.split('.').map(Number)
}
