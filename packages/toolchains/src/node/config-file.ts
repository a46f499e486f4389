import type { NodeApp } from './package-json.ts'

const extensions = ['.ts', '.mts', '.js', '.mjs', '.cjs']

/** The first group of `pattern` in a configuration file of that name, whatever its extension. It is searched, never run. */
export async function configured(app: NodeApp, name: string, pattern: RegExp): Promise<string | undefined> {
  const file = extensions.map((extension) => name + extension).find((one) => app.names.includes(one))
  return file === undefined ? undefined : pattern.exec((await app.source.readText(file)) ?? '')?.[1]
}

/** The first of the files, whatever their extensions, that has the words. */
export async function configNaming(app: NodeApp, names: readonly string[], words: string): Promise<string | undefined> {
  for (const file of names.flatMap((name) => extensions.map((extension) => name + extension))) {
    if (app.names.includes(file) && (await app.source.readText(file))?.includes(words) === true) return file
  }
  return undefined
}
