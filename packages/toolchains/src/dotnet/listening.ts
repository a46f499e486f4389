/** What goes before ASPNETCORE_URLS. */
import { joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { fixedPortWarning } from '../fixed-port.ts'
import { originOf } from '../origin.ts'
import { programText } from '../readable-text.ts'
import type { Project } from './project.ts'

/** Sentences for a server that will not listen where it is told. */
export async function listeningWarnings(source: SourceView, { directory }: Project): Promise<readonly string[]> {
  const settings = joinPaths(directory, 'appsettings.json')
  const text = await source.readText(settings)
  const fixed = [/"Kestrel"\s*:\s*\{\s*"Endpoints"\s*:/, /^[ \t]*"[Uu]rls"\s*:\s*"/m].find((one) => text !== undefined && one.test(text))
  const programs = await Promise.all(
    ['Program.cs', 'Program.fs', 'Program.vb'].map(async (name) => {
      const file = joinPaths(directory, name)
      return fixedPortWarning('dotnet', file, await programText(source, file))
    }),
  )
  return [
    ...(fixed === undefined
      ? []
      : [
          `${originOf(settings, text, fixed)} says where to listen, which goes before ASPNETCORE_URLS: move it to appsettings.Development.json.`,
        ]),
    ...programs.flat(),
  ]
}
