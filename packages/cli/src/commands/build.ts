import { buildApp, writeArtifact } from '@hop3/core'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { appInDirectory } from '../app-source.ts'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { outputFile } from '../output-file.ts'

export async function run(invocation: Invocation): Promise<CommandResult> {
  const { options, operands, terminal } = invocation
  if (options.flag('print-dockerfile')) return (await import('../print-dockerfile.ts')).printDockerfile(invocation)
  const [named] = operands
  const isDirectory = named === undefined || named.includes('/') || (await exists(resolve(terminal.cwd, named)))
  const app = await (isDirectory ? appInDirectory(invocation, named) : appInDirectory(invocation, undefined, { givenName: named }))
  const host = await createHost(invocation)
  const file = (await outputFile(invocation)) ?? null

  const { release, artifact, changed } = await buildApp(app, host, { wait: options.flag('wait'), force: options.flag('force') })
  if (file !== null) await writeArtifact(file, artifact)
  const written = file ?? artifact.location
  const next = file === null ? `hop3 rollback ${app.name} ${release}` : `hop3 run ${app.name} --artifact ${file}`
  const said = changed ? `Built ${release} of ${app.name}` : `Unchanged: ${release} of ${app.name} is what this source makes`
  const isServed = (await host.home.app(app.name).current()) === release
  return {
    value: { app: app.name, release, changed, kind: artifact.kind, builder: artifact.builder, location: artifact.location, artifact: file },
    text: isServed ? `${said}: ${written}` : `${said}: ${written}\nPut it live with: ${next}`,
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined
}
