/** Dropwizard's programs start nothing without words, and take every key of their configuration as a property. */
import { joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { tableAt, textAt, valueAt } from '../value-at.ts'

export interface StartWords {
  /** With a space in front, before the jar or the class. */
  readonly properties: string
  /** The same, behind it. */
  readonly words: string
}

/** `server config.yml`, and where to listen; `directory` is the module's. */
export async function dropwizardWords(source: SourceView, directory: string, artifactId: string): Promise<StartWords> {
  const file = await configFile(source, directory, artifactId)
  const server = file === undefined ? undefined : valueAt(await source.readYaml(file), 'server')
  const properties = propertiesFor(server).map((one) => ` "-Ddw.server.${one}"`)
  return { properties: properties.join(''), words: file === undefined ? ' server' : ` server ${file}` }
}

async function configFile(source: SourceView, directory: string, artifactId: string): Promise<string | undefined> {
  const names = (await source.list(directory === '' ? '.' : directory)).filter((name) => /^[A-Za-z0-9][\w.-]*\.ya?ml$/.test(name))
  const usual = ['config.yml', 'config.yaml', `${artifactId}.yml`, `${artifactId}.yaml`].find((name) => names.includes(name))
  const others = names.filter((name) => !/compose|openapi|swagger/.test(name))
  const name = usual ?? (others.length === 1 ? others[0] : undefined)
  return name === undefined ? undefined : joinPaths(directory, name)
}

/** Without a server of its own it gets one that listens once: the usual one has a second port, which no two releases could share. */
function propertiesFor(server: unknown): readonly string[] {
  const connector = ['connector.port=$PORT', 'connector.bindHost=$BIND_ADDRESS']
  if (tableAt(server) === undefined) return ['type=simple', 'applicationContextPath=/', 'connector.type=http', ...connector]
  if (textAt(server, 'type') === 'simple') return connector
  const has = (name: string): boolean => Array.isArray(valueAt(server, name))
  return [
    ...(has('applicationConnectors') ? ['applicationConnectors[0].port=$PORT', 'applicationConnectors[0].bindHost=$BIND_ADDRESS'] : []),
    ...(has('adminConnectors') ? ['adminConnectors[0].port=0'] : []),
  ]
}
