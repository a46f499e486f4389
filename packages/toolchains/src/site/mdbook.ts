/** mdBook: book.toml. */
import { joinPaths } from '@hop3/core'
import { tableAt } from '../value-at.ts'
import { configuredOutput, foundByFile } from './by-file.ts'
import type { Generator, SitePlan, SiteRequest } from './generator.ts'
import { toolVersion } from './tool-version.ts'

const file = 'book.toml'

export const mdbook: Generator = {
  name: 'mdbook',
  title: 'mdBook',
  find: foundByFile(file),
  plan: planMdbook,
}

async function planMdbook(request: SiteRequest): Promise<SitePlan> {
  const { source } = request
  const data = await source.readToml(file)
  const { directory, origin } = await configuredOutput(request, { file, data, at: ['build', 'build-dir'], usual: 'book', title: 'mdBook' })
  const outputs = Object.keys(tableAt(data, 'output') ?? {})
  const version = await toolVersion(request, { tool: 'mdbook', variable: 'MDBOOK_VERSION' })
  return {
    // Each of several outputs has a directory of its own.
    output: { directory: outputs.length > 1 ? joinPaths(directory, 'html') : directory, origin },
    command: 'mdbook build',
    versions: version === undefined ? {} : { mdbook: version },
  }
}
