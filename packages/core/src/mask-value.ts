/**
 * A copy of `value` as JSON would hold it, every string in it masked, at any depth. Mask before turning a value into text: JSON escapes
 * quotes, backslashes and line ends, and an escaped secret is not found any more. Keys stay: they are names.
 */
export function maskValue(value: unknown, mask: (text: string) => string): unknown {
  return masked(value, mask, [])
}

function masked(value: unknown, mask: (text: string) => string, around: readonly object[]): unknown {
  if (typeof value === 'string') return mask(value)
  if (typeof value !== 'object' || value === null) return value
  if (around.includes(value)) return '[circular]'
  const inside = [...around, value]
  if (Array.isArray(value)) return value.map((one) => masked(one, mask, inside))
  // Dates and URLs say themselves what they are in JSON.
  if (hasJsonForm(value)) return masked(value.toJSON(), mask, inside)
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masked(one, mask, inside)]))
}

function hasJsonForm(value: object): value is { toJSON(): unknown } {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}
