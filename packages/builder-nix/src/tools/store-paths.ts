import { rootsIn } from '../roots.ts'

/** What a release keeps of the store, itself first; what these need in turn is not among them. Empty where Nix has not built it. */
export async function storePathsOf(releasePath: string): Promise<readonly string[]> {
  const roots = await rootsIn(releasePath)
  return roots.toSorted((one, other) => (one.link < other.link ? -1 : 1)).map(({ target }) => target)
}
