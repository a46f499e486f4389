/**
 * Files that may be written to in place after the phase that made them, and so must not be shared. Where tools keep their own state is known
 * beforehand: names with a dot directly below an output (`node_modules/.package-lock.json`, `.prisma`, `.vite`). The rest is learned.
 */
export function volatileFiles(outputs: readonly string[], learned: readonly string[]): (path: string) => boolean {
  const known = new Set(learned)
  return (path) => known.has(path) || outputs.some((output) => path.startsWith(`${output}/.`) && !isPackages(path.slice(output.length + 1)))
}

/** Where pnpm and yarn keep the packages themselves. */
function isPackages(path: string): boolean {
  return /^\.(?:pnpm|store)\/[^/]+\//.test(path)
}
