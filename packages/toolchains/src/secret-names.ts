/**
 * The variables a package manager's own file asks for: `${NPM_TOKEN}` in .npmrc and .yarnrc.yml, `${INDEX_PASSWORD}` in requirements.txt.
 * The install phase names them as secrets, so that a private registry works without a word of configuration and no value enters the plan.
 * References with a default (`${NAME-}`, `${NAME?}`) are the author's "may be absent" and are left out.
 */
export function secretNames(...texts: readonly (string | undefined)[]): readonly string[] {
  const names = texts.flatMap((text) => [...(text ?? '').matchAll(/\$\{([A-Z_][A-Z0-9_]*)\}/g)].map((found) => found[1] ?? ''))
  return [...new Set(names)].toSorted()
}
