/**
 * The `.env` file, or the directory of such, that a path is or lies in; undefined for any other. Examples are none: `.env.example` and its like
 * are written to be read. `path`: relative, with `/`.
 */
export function envFileOf(path: string): string | undefined {
  const parts = path.split('/')
  const index = parts.findIndex((part) => /^\.env(?:rc|\..*)?$/.test(part) && !/\.(?:example|sample|template)$/.test(part))
  return index === -1 ? undefined : parts.slice(0, index + 1).join('/')
}
