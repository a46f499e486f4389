/** Names that say "this one serves", where nothing else does. */
const servers = ['server', 'web', 'api', 'app', 'http', 'main']

/** The only one of such a name; else the only one with such a word in its name, as of `redis-server` and `redis-cli`. */
export function servingOne<Program extends { readonly name: string }>(all: readonly Program[]): Program | undefined {
  const [exact, ...more] = all.filter(({ name }) => servers.includes(name))
  if (exact !== undefined) return more.length === 0 ? exact : undefined
  const [likely, ...further] = all.filter(({ name }) => hasServingWord(name))
  return further.length === 0 ? likely : undefined
}

export function hasServingWord(name: string): boolean {
  return name.split(/[-_.]/).some((word) => servers.includes(word))
}
