import { hop3Error, visible, type Hop3Error } from '@hop3/core'
import type { HostTool, Refused, Wanted } from './means.ts'

/** `build.tool-version`: what is here, what is wanted, where that was written, why it cannot be had, and what would get it. */
export function versionError({ name, tool, version, origin }: Wanted, host: HostTool | undefined, refusals: readonly Refused[]): Hop3Error {
  const reasons = refusals.map(({ refused }) => refused)
  const get = refusals.find(({ hint }) => hint !== undefined)?.hint ?? getIt(tool.install(version))
  const instead =
    host === undefined || host.version === '' ? '' : ` Or change ${origin} so that ${host.version} fits, if the app runs with that.`
  return hop3Error(
    'build.tool-version',
    `${origin} asks for ${name} ${visible(version)}; ${whatIsHere({ name, version }, host)} and cannot get it: ${reasons.join('; ') || 'neither mise nor asdf is here to install it'}.`,
    {
      hint: `${get}.${instead}`,
      details: { tool: name, wanted: version, origin, here: host?.version ?? null, reasons },
      class: 'environment',
    },
  )
}

function whatIsHere({ name, version }: Pick<Wanted, 'name' | 'version'>, host: HostTool | undefined): string {
  if (host === undefined) return `this host has no ${name} ${visible(version).slice(1, -1)}`
  return host.version === ''
    ? `this host has ${host.file}, which does not say its version,`
    : `this host has ${host.version} (${host.file})`
}

function getIt(command: string): string {
  return `Get it: \`${command}\`${command.startsWith('mise ') ? ' (https://mise.jdx.dev)' : ''}`
}
