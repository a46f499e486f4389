/** The path without the slashes at its end, in time that grows as they do: a pattern for them is tried at each of many slashes again. `''` for `/`. */
export function withoutTrailingSlashes(path: string): string {
  let end = path.length
  while (path[end - 1] === '/') end--
  return path.slice(0, end)
}
