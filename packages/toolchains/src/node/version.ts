/** Which Node an app asks for. */
import type { ToolchainContext, ToolVersion } from '@hop3/core'
import { hop3Error, joinPaths, visible } from '@hop3/core'
import { askedVersion, plainVersion, versionFilePick } from '../asked-version.ts'
import type { NodeOptions } from './options.ts'
import { toolFilePicks } from '../tool-files.ts'
import { textAt } from '../value-at.ts'
import { choosePick, outsideRange } from '../version-pick.ts'
import type { VersionPick } from '../version-pick.ts'
import { areApart } from '../version-range.ts'
import type { NodeApp } from './package-json.ts'

/** nvm's names of the long-term releases. */
const codenames: Readonly<Record<string, string>> = { gallium: '16', hydrogen: '18', iron: '20', jod: '22', krypton: '24' }

/**
 * Command line and hop3.toml > .nvmrc > .node-version > mise.toml, .tool-versions > `engines.node` itself. The range of `engines.node`
 * validates a pick. Undefined when the app does not say, or says only "the newest". Throws `config.node.version` and `.version-conflict`.
 */
export async function chooseNode(app: NodeApp, context: ToolchainContext, options: NodeOptions): Promise<ToolVersion | undefined> {
  const pick = choosePick('node', normalized(askedVersion('node', context, options)), await filePicks(app))
  const range = textAt(app.data, 'engines', 'node')
  const engines = range === undefined ? undefined : { version: range, origin: app.origin('engines') }
  if (pick === undefined) return engines
  if (engines !== undefined && !(await satisfies(pick, engines))) throw outsideRange('node', pick, engines)
  return pick
}

/** What the version files of a directory say, whether or not it has a package.json. */
export async function nodeOfFiles(place: Pick<NodeApp, 'directory' | 'source' | 'names'>): Promise<VersionPick | undefined> {
  return choosePick('node', undefined, await filePicks(place))
}

async function filePicks({ directory, source, names }: Pick<NodeApp, 'directory' | 'source' | 'names'>): Promise<readonly VersionPick[]> {
  const picks = [
    ...(await versionFilePick(source, names, '.nvmrc')),
    ...(await versionFilePick(source, names, '.node-version')),
    ...(await toolFilePicks(source, names, ['node', 'nodejs'])),
  ]
  return picks.map((pick) => normalized({ ...pick, origin: joinPaths(directory, pick.origin) })).filter((one) => one !== undefined)
}

/** `v22.4` → `22.4`, `lts/jod` → `22`; "the newest" is no pick. */
function normalized(pick: VersionPick | undefined): VersionPick | undefined {
  const newest = ['node', 'stable', 'latest', 'current', 'lts', 'lts/*', 'system', '*']
  return plainVersion(pick, { prefix: /^v/, newest, names: codenames, wrong: notAVersion })
}

function notAVersion({ version, origin }: VersionPick): Error {
  return hop3Error('config.node.version', `${origin} asks for Node ${visible(version)}, which is not a version of Node.`, {
    hint: 'Write the major version alone, for example 22, an exact one, for example 22.18.0, or a range, for example >=22.12.',
    details: { version: visible(version), origin },
  })
}

async function satisfies(pick: VersionPick, range: ToolVersion): Promise<boolean> {
  return !(await areApart(pick.version, range.version))
}
