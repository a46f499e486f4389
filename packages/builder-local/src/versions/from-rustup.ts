import { dirname } from 'node:path'
import type { CommandResult } from '@hop3/core'
import semver from 'semver'
import { findTool } from '../find-tool.ts'
import { askTool, causeOf, installTimeout } from './ask-tool.ts'
import type { Means, MeansRequest } from './means.ts'
import { newestFor, partsOf } from './version-text.ts'

/** A toolchain that rustup has, or installs beside the others; what rustup is set to stays as it is. */
export const fromRustup: Means = async (request) => {
  const { wanted, context } = request
  const rustup = findTool('rustup', context.env['PATH'] ?? '', '/')
  if (rustup === undefined) return { refused: 'there is no rustup to fetch it with', hint: 'Install rustup: `apt-get install rustup`' }
  const listed = await runRustup(request, rustup.file, ['toolchain', 'list'])
  const names = listed.stdout.split('\n').map((line) => line.split(' ')[0] ?? '')
  const versions = names.map((name) => /^(\d+\.\d+\.\d+)-/.exec(name)?.[1]).filter((one) => one !== undefined)
  const channel = channelOf(wanted.version, wanted.range)
  const has = newestFor(versions, wanted)
  const toolchain = has ?? channel
  if (has === undefined && !names.some((name) => name.startsWith(`${channel}-`))) {
    context.log.info(`Installing rust ${channel} with rustup.`)
    const args = ['toolchain', 'install', channel, '--profile', 'minimal', '--no-self-update']
    const result = await runRustup(request, rustup.file, args)
    if (result.exitCode !== 0)
      return { refused: `rustup could not install it: ${causeOf(result)}`, hint: `Get it: \`rustup toolchain install ${channel}\`` }
  }
  const { stdout, ...rest } = await runRustup(request, rustup.file, ['run', toolchain, 'rustc', '--version'])
  const version = /\d+\.\d+\.\d+[-\w.]*/.exec(stdout)?.[0]
  if (version === undefined) return { refused: `rustup's ${toolchain} does not say its version: ${causeOf({ stdout, ...rest })}` }
  // Its stand-ins for cargo and rustc lie beside it, and obey the variable.
  return { version, how: 'from rustup', paths: [dirname(rustup.file)], variables: { RUSTUP_TOOLCHAIN: toolchain } }
}

/** `1.85`, `nightly-2025-06-01`; of a range `stable` where nothing newer is excluded, else the oldest, which rustup knows by name. */
function channelOf(version: string, range: string): string {
  if (partsOf(version) !== undefined || /^(?:nightly|beta)/.test(version)) return version
  if (semver.satisfies('999.0.0', range)) return 'stable'
  return semver.minVersion(range)?.version ?? 'stable'
}

function runRustup(request: MeansRequest, file: string, args: readonly string[]): Promise<CommandResult> {
  return askTool(request, { file, args, env: { RUSTUP_AUTO_INSTALL: '0' }, timeout: installTimeout })
}
