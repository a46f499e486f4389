/**
 * Files that may be written to in place after the phase that made them, and so are copied: all but those of installed packages, which nobody
 * edits and of which there are too many to copy them. Where package managers keep their own state is known beforehand: names with a dot directly
 * below `node_modules` (`.package-lock.json`, `.prisma`, `.vite`). The rest is learned.
 */
export function volatileFiles(outputs: readonly string[], learned: readonly string[]): (path: string) => boolean {
  const known = new Set(learned)
  return (path) => known.has(path) || !isOfPackage(path) || outputs.some((output) => isState(path, output))
}

/** npm and its like; and what pip and uv install into a virtual environment. */
const packages = /(?:^|\/)(?:node_modules|lib(?:64)?\/python\d[\d.]*\/site-packages)\/./

function isOfPackage(path: string): boolean {
  return packages.test(path)
}

function isState(path: string, output: string): boolean {
  return path.startsWith(`${output}/.`) && !isStore(path.slice(output.length + 1))
}

/** Where pnpm and yarn keep the packages themselves. */
function isStore(path: string): boolean {
  return /^\.(?:pnpm|store)\/[^/]+\//.test(path)
}
