import { posix } from 'node:path'
import type { SourceView } from '@hop3/core'

/** The part of a source that lies in `directory`, as a source of its own. */
export function sourceBelow(source: SourceView, directory: string): SourceView {
  if (directory === '') return source
  const at = (path = ''): string => posix.join(directory, path)
  return {
    hasFile: (path) => source.hasFile(at(path)),
    hasDirectory: (path) => source.hasDirectory(at(path)),
    readText: (path) => source.readText(at(path)),
    readJson: (path) => source.readJson(at(path)),
    readToml: (path) => source.readToml(at(path)),
    list: (path) => source.list(at(path)),
  }
}
