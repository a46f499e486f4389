import { hop3Error, printable, writeFileAtomic } from '@hop3/core'
import { nixosModule, nixPath } from '@hop3/systemd/nixos'
import { join } from 'node:path'
import { releasedApp } from '../app-units-request.ts'
import type { CommandResult } from '../command-spec.ts'
import { createHost } from '../host.ts'
import type { Invocation } from '../invocation.ts'
import { knownApp } from '../known-app.ts'
import { makeOutputDirectory } from '../output-file.ts'
import { portOption } from '../port-option.ts'

/** `hop3 nix module [app]`. */
export async function nixModule(invocation: Invocation, named: string | undefined): Promise<CommandResult> {
  const { options, terminal } = invocation
  const host = await createHost(invocation)
  const { artifact, context } = await releasedApp(await knownApp(invocation, host, named), host)
  const { appName: app, release } = context
  const { storePathsOf } = await import('@hop3/builder-nix/tools')
  const paths = await storePathsOf(release.path)
  if (paths.length === 0)
    throw hop3Error('deploy.systemd.nothing', `There is no NixOS module of ${app}: ${release.id} was not built by Nix.`, {
      hint: `Build it by Nix: hop3 deploy --builder nix. \`hop3 systemd ${app}\` has units of any release.`,
    })
  const files = nixosModule({ artifact, context, port: portOption(options) ?? 8000, paths })
  const value = { app, release: release.id, files }
  const directory = options.text('output')
  if (directory === undefined) {
    const text = Object.entries(files).map(([name, content]) => `# ${name}\n${content}`)
    return { value, text: text.join('\n') }
  }
  const place = await makeOutputDirectory(terminal.cwd, directory)
  for (const [name, content] of Object.entries(files)) await writeFileAtomic(join(place, name), content, { mode: 0o644 })
  const lines = [
    `Wrote ${Object.keys(files).join(' and ')} into ${printable(place)}. In the configuration of the host:`,
    `  imports = [ ${nixPath(place)} ];`,
  ]
  return { value: { ...value, directory: place }, text: [...lines, `  services.hop3.${app}.enable = true;`].join('\n') }
}
