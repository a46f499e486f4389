/** What a build goes on in spite of, and its author had better know. */
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { printable, type BuildContext, type BuildPlan, type Log } from '@hop3/core'
import { envFileOf, type SourceEntry } from '@hop3/planner/source-tree'

/** Frameworks read `.env` files while they build and run, so they are copied; no server of Hop3 ever hands one out. */
export function warnOfEnvFiles(staged: readonly SourceEntry[], log: Log): void {
  const files = staged.filter(({ kind }) => kind === 'file').flatMap(({ path }) => envFileOf(path) ?? [])
  const found = [...new Set(files)]
  if (found.length === 0) return
  log.warn(
    `${found.join(', ')} ${found.length === 1 ? 'is' : 'are'} copied into the release. Keep secrets out of the source: \`hop3 env set NAME=value\`.`,
  )
}

/** Links that lead in a circle: kept as they are, and of no use to anybody. */
export function warnOfLinkLoops(staged: readonly SourceEntry[], appRoot: string, log: Log): void {
  const loops = staged.filter((entry) => entry.kind === 'link' && leadsInCircle(join(appRoot, entry.path))).map(({ path }) => path)
  if (loops.length === 0) return
  const [what, them] =
    loops.length === 1 ? ['is a link that leads back to itself', 'it'] : ['are links that lead back to themselves', 'them']
  log.warn(`${loops.map(printable).join(', ')} ${what}. Remove ${them}, or leave ${them} out with a line in .hop3ignore.`)
}

function leadsInCircle(path: string): boolean {
  try {
    statSync(path, { throwIfNoEntry: false })
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ELOOP'
  }
}

/** Debian packages the plan asks for and the host lacks. This builder installs none: that would take root and change the host for all apps. */
export function warnOfSystemPackages(plan: BuildPlan, log: Log, dpkg = '/var/lib/dpkg/info'): void {
  if (!existsSync(dpkg)) return
  const wanted = [...new Set(Object.values(plan.phases).flatMap((phase) => phase.aptPkgs ?? []))]
  const missing = wanted.filter((name) => /^[a-z0-9][a-z0-9+.-]*$/.test(name) && !isInstalled(dpkg, name))
  if (missing.length > 0)
    log.warn(
      `The plan asks for Debian packages this host lacks, and they are not installed by a local build: \`apt-get install ${missing.join(' ')}\`.`,
    )
}

/** Secrets that a toolchain or a package manager's own file names, and that may well be needed by few: it is said once, and no warning. */
export function warnOfMissingSecrets(
  { appName, secret, log }: Pick<BuildContext, 'appName' | 'secret' | 'log'>,
  { phases }: BuildPlan,
): void {
  const named = new Set(Object.values(phases).flatMap(({ secrets = [] }) => secrets))
  const missing = [...named].filter((name) => secret(name) === undefined)
  const [first] = missing
  if (first !== undefined)
    log.info(`Secrets that phases may use and that have no value: ${missing.join(', ')}. \`hop3 env set ${appName} ${first}\` sets one.`)
}

function isInstalled(dpkg: string, name: string): boolean {
  return ['', ':amd64', ':arm64', ':armhf', ':i386', ':riscv64', ':ppc64el', ':s390x'].some((arch) =>
    existsSync(`${dpkg}/${name}${arch}.list`),
  )
}
