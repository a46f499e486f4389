import { joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'

/** One directory of a source, as if it were all of it; errors still name the whole path. `''` is the source itself. */
export function sourceBelow(source: SourceView, directory: string): SourceView {
  if (directory === '') return source
  const below = (path: string): string => joinPaths(directory, path)
  return Object.freeze<SourceView>({
    hasFile: (path) => source.hasFile(below(path)),
    hasDirectory: (path) => source.hasDirectory(below(path)),
    readText: (path) => source.readText(below(path)),
    readJson: (path) => source.readJson(below(path)),
    readToml: (path) => source.readToml(below(path)),
    readYaml: (path) => source.readYaml(below(path)),
    list: (path = '.') => source.list(below(path)),
  })
}
