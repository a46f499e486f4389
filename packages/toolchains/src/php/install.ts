/** Composer's phases: packages by the manifests alone, then the autoloader and the app's own scripts over the whole source. */
import type { PhaseInput } from '@hop3/core'
import { insidePath } from '../inside.ts'
import { tableAt, textAt, valueAt } from '../value-at.ts'
import { tablesAt } from './composer.ts'
import type { Composer } from './composer.ts'
import type { PhpApp } from './php-app.ts'

const flags = '--no-dev --no-interaction --no-progress'
/** Builds often run as root, where Composer would ask first and leave out plugins. */
const variables = { COMPOSER_ALLOW_SUPERUSER: '1', COMPOSER_NO_INTERACTION: '1' }
const cacheDirectories = ['~/.cache/composer']

export function installPhase(app: PhpApp, composer: Composer): PhaseInput {
  const made = composer.hasLock ? [] : ['composer.lock']
  const secrets = hasOwnRepositories(composer) ? ['COMPOSER_AUTH'] : []
  return {
    cmds: [`composer install ${flags} --prefer-dist --no-scripts --no-autoloader`],
    onlyIncludeFiles: [...installInputs(app, composer)],
    cacheDirectories,
    variables,
    ...(secrets.length > 0 && { secrets }),
    // Installers put packages elsewhere, and only they know where.
    ...(!movesPackages(composer) && { outputs: [vendorDirectory(composer), ...made] }),
  }
}

/** Runs every time: scripts write what they like. */
export function buildCommands({ data }: Composer): readonly string[] {
  const hasScripts = ['pre-install-cmd', 'post-install-cmd'].filter((name) => valueAt(data, 'scripts', name) !== undefined)
  return [
    `composer dump-autoload --no-dev --no-interaction --optimize`,
    ...hasScripts.map((name) => `composer run-script --no-dev --no-interaction ${name}`),
  ]
}

export const composerVariables = variables

export function vendorDirectory({ data }: Composer): string {
  return insidePath(textAt(data, 'config', 'vendor-dir') ?? 'vendor') ?? 'vendor'
}

/** True where packages may land outside the vendor directory. */
export function movesPackages({ data, packages }: Composer): boolean {
  const extra = Object.keys(tableAt(data, 'extra') ?? {})
  const mover = ['composer/installers', 'oomphinc/composer-installers-extender', 'drupal/core-composer-scaffold'].some((name) =>
    packages.has(name),
  )
  return mover || ['installer-paths', 'drupal-scaffold', 'wordpress-install-dir'].some((key) => extra.includes(key))
}

function installInputs({ names }: PhpApp, composer: Composer): readonly string[] {
  const usual = ['composer.json', 'composer.lock', 'symfony.lock', 'auth.json', 'patches'].filter((name) => names.includes(name))
  return [...usual, ...repositories(composer).flatMap(pathInputs)]
}

/** A package in the source is linked to, so that its manifest alone decides; one that is copied counts whole, as does a directory of archives. */
function pathInputs(repository: unknown): readonly string[] {
  const [type, url] = [textAt(repository, 'type') ?? '', textAt(repository, 'url')]
  const path = ['path', 'artifact'].includes(type) && url !== undefined ? insidePath(url) : undefined
  if (path === undefined) return []
  if (type === 'artifact') return [path]
  return [valueAt(repository, 'options', 'symlink') === false ? path : `${path}/composer.json`]
}

function hasOwnRepositories(composer: Composer): boolean {
  return repositories(composer).some((one) => {
    const url = textAt(one, 'url') ?? ''
    return (
      ['composer', 'vcs', 'git', 'github', 'gitlab'].includes(textAt(one, 'type') ?? '') &&
      !/(?:packagist\.org|wpackagist\.org|packages\.drupal\.org)/.test(url)
    )
  })
}

/** `repositories` is a list, or a table by name. */
function repositories({ data }: Composer): readonly unknown[] {
  const named = tableAt(data, 'repositories')
  return named === undefined ? tablesAt(data, 'repositories') : Object.values(named)
}
