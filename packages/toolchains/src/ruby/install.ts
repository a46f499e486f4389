/** The install phase: Bundler's, by Gemfile and lock file alone. */
import { normalPath } from '@hop3/core'
import type { PhaseInput } from '@hop3/core'
import { fetchedPhase } from '../fetched.ts'
import { insidePath, isInside } from '../inside.ts'
import { usuallyWithout } from './ruby-app.ts'
import type { RubyApp } from './ruby-app.ts'
import type { RubyOptions } from './options.ts'

/** Where gems go, inside the release. */
export const bundlePath = 'vendor/bundle'

/** Undefined without a Gemfile. */
export async function installPhase(app: RubyApp, options: RubyOptions): Promise<PhaseInput | undefined> {
  const { files } = app
  if (files === undefined) return undefined
  const isSystem = options.systemGems === true
  const made = app.lock === undefined ? [files.lock] : []
  const phase: PhaseInput = {
    cmds: [isSystem ? 'bundle install --local' : 'bundle install'],
    onlyIncludeFiles: [...(await installInputs(app, files))],
    variables: {
      BUNDLE_SILENCE_ROOT_WARNING: '1',
      ...bundleSettings(app, options),
      ...(isSystem ? {} : { BUNDLE_PATH: bundlePath, ...fetchSettings }),
    },
    ...(!isSystem && { cacheDirectories: ['~/.bundle/cache'] }),
    ...(privateSources(app).length > 0 && { secrets: [...privateSources(app)] }),
  }
  if (!isSystem) return { ...phase, outputs: [bundlePath, ...made] }
  const kept = fetchedPhase('gems', '', phase)
  return { ...kept, outputs: [...(kept.outputs ?? []), ...made] }
}

/** What Bundler needs to know while it installs, while the app is built, and while it runs. */
export function bundleSettings({ lock }: RubyApp, { without = usuallyWithout, systemGems }: RubyOptions): Readonly<Record<string, string>> {
  return {
    ...(without.length > 0 && { BUNDLE_WITHOUT: without.join(':') }),
    // Deployment keeps gems in the app, which gems of the system are not.
    ...(lock !== undefined && (systemGems === true ? { BUNDLE_FROZEN: '1' } : { BUNDLE_DEPLOYMENT: '1' })),
  }
}

/** Downloads are kept for all apps of the host. */
const fetchSettings = { BUNDLE_GLOBAL_GEM_CACHE: '1', BUNDLE_JOBS: '4', BUNDLE_RETRY: '3' }

/** Of gems in the source, what makes their specification; a change of their code installs nothing. */
async function installInputs({ source, names, gemfile, lock }: RubyApp, files: NonNullable<RubyApp['files']>): Promise<readonly string[]> {
  const directories = new Set([...(gemfile?.paths ?? []), ...(lock?.paths ?? [])].map((path) => normalPath(path).replace(/\/$/, '')))
  const local = [...directories].filter(isInside)
  const others = (gemfile?.files ?? []).flatMap((path) => insidePath(path) ?? [])
  const present = await Promise.all(
    others.map(async (path) =>
      /^[^*/]*\/[^*]*\*/.test(path) ? [path] : (await source.hasFile(path)) && path !== files.gemfile ? [path] : [],
    ),
  )
  const usual = [files.gemfile, files.lock, '.ruby-version', '.tool-versions'].filter((name) => names.includes(name))
  const cached = (await source.hasDirectory('vendor/cache')) ? ['vendor/cache'] : []
  const specifications = local.flatMap((path) =>
    ['*.gemspec', 'lib/**/version.rb'].map((pattern) => (path === '.' ? pattern : `${path}/${pattern}`)),
  )
  return [...new Set([...usual, ...present.flat(), ...cached, ...specifications])]
}

/** Bundler's own variable for the credentials of a source: `BUNDLE_GEMS__EXAMPLE__COM`. */
function privateSources({ gemfile, lock }: RubyApp): readonly string[] {
  const hosts = [...(gemfile?.sources ?? []), ...(lock?.remotes ?? [])].flatMap((url) => /^https?:\/\/([\w.-]+)/.exec(url)?.[1] ?? [])
  const asked = hosts.filter((host) => !['rubygems.org', 'index.rubygems.org', 'gem.coop', 'rails-assets.org'].includes(host))
  return [...new Set(asked)].toSorted().map((host) => `BUNDLE_${host.toUpperCase().replaceAll('-', '___').replaceAll('.', '__')}`)
}
