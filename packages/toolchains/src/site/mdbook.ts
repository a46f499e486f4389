/** mdBook: book.toml. */
import { posix } from 'node:path'
import { originOf } from '../origin.ts'
import { tableAt, textAt } from '../value-at.ts'
import type { Generator, SitePlan, SiteRequest } from './generator.ts'
import { toolVersion } from './tool-version.ts'

const file = 'book.toml'

export const mdbook: Generator = {
  name: 'mdbook',
  title: 'mdBook',
  find: async ({ names }) => (names.includes(file) ? { evidence: file, isPart: true } : undefined),
  plan: planMdbook,
}

async function planMdbook(request: SiteRequest): Promise<SitePlan> {
  const { source } = request
  const data = await source.readToml(file)
  const directory = textAt(data, 'build', 'build-dir')
  const outputs = Object.keys(tableAt(data, 'output') ?? {})
  const version = await toolVersion(request, { tool: 'mdbook', variable: 'MDBOOK_VERSION' })
  return {
    output: {
      // Each of several outputs has a directory of its own.
      directory: outputs.length > 1 ? posix.join(directory ?? 'book', 'html') : (directory ?? 'book'),
      origin: directory === undefined ? 'mdBook' : originOf(file, await source.readText(file), /^[ \t]*build-dir\s*=/m),
    },
    command: 'mdbook build',
    versions: version === undefined ? {} : { mdbook: version },
  }
}
