/** What a table holds of its own under a name that somebody wrote: `constructor` is found in every object, and meant in none. */
export function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
