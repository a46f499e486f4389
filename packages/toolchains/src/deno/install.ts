/** How a Deno app's dependencies come into the release, and by which files that is decided. */
import { posix } from 'node:path'
import { joinPaths, shellQuote } from '@hop3/core'
import type { PhaseInput } from '@hop3/core'
import { originOf } from '../origin.ts'
import { secretNames } from '../secret-names.ts'
import { tableAt, textAt, textsAt, valueAt } from '../value-at.ts'
import type { DenoApp } from './deno-app.ts'
import { memberManifests } from './members.ts'

/**
 * Deno's cache lies inside the app, as node_modules and .venv do: what an app needs to run is in its release and nowhere else, whoever empties
 * a cache, and another app's versions never end up beside its own.
 */
export const denoDirectory = '.deno'

export interface DenoInstall {
  /** Absent when no file says what to install. */
  readonly phase?: PhaseInput
  /** Why it reads the whole source. */
  readonly reason?: string
}

/** Modules of URLs that the lock file lists: `deno install` leaves them to whoever imports them, and so to every build. */
const fetchUrls = `deno eval --no-lock 'for (const url of Object.keys(JSON.parse(Deno.readTextFileSync(Deno.args[0])).remote ?? {})) console.log(url)' `

export async function denoInstall(app: DenoApp, variables: Readonly<Record<string, string>>): Promise<DenoInstall> {
  const { manifest, lock, root, names } = app
  if (manifest === undefined && app.packageJson === undefined && lock === undefined) return {}
  const vendors = valueAt(manifest?.data, 'vendor') === true
  const members = await memberManifests(app)
  const reason = members === undefined ? `${manifest?.file ?? ''} has a workspace of unknown members` : localReason(app)
  const lockPath = lock === undefined ? '' : shellQuote(posix.relative(root, lock.path))
  const npmrc = names.includes('.npmrc') ? await app.text('.npmrc') : undefined
  const secrets = secretNames(npmrc)
  const files = ['deno.json', 'deno.jsonc', 'package.json', '.npmrc', ...importMaps(app), ...(vendors ? ['vendor'] : [])]
  const inputs = files.filter((file) => names.includes(file.split('/')[0] ?? '')).map((file) => joinPaths(root, file))
  const outputs = [
    denoDirectory,
    ...(hasNodeModules(app) ? ['node_modules'] : []),
    ...(vendors && !names.includes('vendor') ? ['vendor'] : []),
  ]
  return {
    phase: {
      cmds: [
        `deno install${lock === undefined ? '' : ' --frozen'}`,
        ...(lock !== undefined && /"remote":\s*\{\s*"/.test(lock.text)
          ? [`${fetchUrls}${lockPath} | xargs deno cache --frozen --allow-import`]
          : []),
        `mkdir -p ${denoDirectory}`,
      ],
      ...(reason === undefined && { onlyIncludeFiles: [...new Set([...inputs, ...(members ?? []), ...(lock ? [lock.path] : [])])] }),
      outputs: outputs.map((path) => joinPaths(root, path)),
      ...(secrets.length > 0 && { secrets: [...secrets] }),
      variables: { ...variables },
    },
    ...(reason !== undefined && { reason }),
  }
}

/** With a package.json Deno installs as npm does; deno.json can ask for the same. */
function hasNodeModules({ manifest, packageJson }: DenoApp): boolean {
  const mode = valueAt(manifest?.data, 'nodeModulesDir')
  return mode === undefined ? packageJson !== undefined : mode !== 'none' && mode !== false
}

function importMaps({ manifest }: DenoApp): readonly string[] {
  const path = textAt(manifest?.data, 'importMap')?.replace(/^\.\//, '')
  return path === undefined || /^(?:[a-z]+:|\/|\.\.)/.test(path) ? [] : [path]
}

/** Packages in the source are installed from it. */
function localReason({ manifest, packageJson, root }: DenoApp): string | undefined {
  if ([...textsAt(manifest?.data, 'links'), ...textsAt(manifest?.data, 'patch')].length > 0)
    return `${manifest?.file ?? ''} links to packages`
  const ranges = { ...tableAt(packageJson, 'devDependencies'), ...tableAt(packageJson, 'dependencies') }
  const local = Object.keys(ranges).find((name) => /^(?:file|link|workspace):/.test(String(ranges[name])))
  return local === undefined ? undefined : `${originOf(joinPaths(root, 'package.json'), undefined, /^/)}: ${local} is in the source`
}
