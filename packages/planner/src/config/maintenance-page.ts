import { hop3Error, isHop3Error, joinPaths, longestPage, visible } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import type { Hop3TomlDocument, Section } from './hop3-toml-document.ts'

/**
 * `[deploy] maintenance-page`, as the text of the file it names: that travels with the artifact, because who shows the page may have no files of the
 * app at hand. Throws `config.maintenance-page`.
 */
export async function maintenanceSection(source: SourceView, { toml, originOf }: Hop3TomlDocument): Promise<Section> {
  const written = toml.deploy?.['maintenance-page']
  if (written === undefined) return { origins: {} }
  const origin = originOf('deploy', 'maintenance-page')
  // With a slash in front it is nobody's below the app's directory.
  const path = written.startsWith('/') ? written : joinPaths(toml.build?.root ?? '', written)
  const found = await source.readText(path).catch((error: unknown) => {
    if (!isHop3Error(error)) throw error
    throw unfit(origin, error.message, error.hint)
  })
  if (found === undefined) throw unfit(origin, `there is no file ${visible(path)}.`)
  if (!/\.html?$/i.test(path)) throw unfit(origin, `${visible(path)} does not end in .html.`)
  if (Buffer.byteLength(found) > longestPage) throw unfit(origin, `${visible(path)} is larger than ${longestPage / 1024} KiB.`)
  return { deploy: { maintenancePage: found }, origins: { 'deploy.maintenancePage': origin } }
}

const usualHint = 'Name a file of the source with all it shows in it, styles and pictures: maintenance-page = "public/503.html".'

function unfit(origin: string, saw: string, hint = usualHint): Error {
  return hop3Error('config.maintenance-page', `${origin}: this is no page to show: ${saw}`, { hint, details: { origin } })
}
