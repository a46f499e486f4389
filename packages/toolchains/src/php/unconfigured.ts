/** What a PHP app is made to find beside its code, and does not: a configuration somebody has to write, packages that were left out. */
import { joinPaths } from '@hop3/core'
import { readableText } from '../readable-text.ts'
import type { PhpApp } from './php-app.ts'

export interface Unconfigured {
  readonly warnings: readonly string[]
  /** Of the database that the sample of a configuration is for. */
  readonly database?: { readonly extension: string; readonly origin: string }
}

/** Frameworks have their settings in the environment, and nobody's configuration but their own. */
export async function readUnconfigured(app: PhpApp): Promise<Unconfigured> {
  const sample = app.framework === undefined || app.framework.name === 'wordpress' ? await findSample(app) : undefined
  const extension = sample === undefined ? undefined : databaseOf((await readableText(app.source, sample.path)) ?? '')
  const missing = await missingPackage(app)
  const template =
    app.composer === undefined ? app.names.find((name) => /^composer\.json[.-](?:dist|sample|example)$/.test(name)) : undefined
  return {
    ...(sample !== undefined && extension !== undefined && { database: { extension, origin: sample.path } }),
    warnings: [
      ...(sample === undefined
        ? []
        : [
            `${sample.path} is a sample of ${sample.target}, which is not in the source, and many an app fails without it. Write it, with getenv() for what is secret: what an installer in the browser writes, the next deploy replaces.`,
          ]),
      ...(template === undefined
        ? []
        : [
            `${template} is not read: \`cp ${template} composer.json && composer update\` makes what Composer installs from. Add both files.`,
          ]),
      ...(missing === undefined
        ? []
        : [
            `vendor/composer/autoload_files.php loads ${missing}, which is not in the source, so every request that uses a package fails: add the whole of what \`composer install\` writes, or composer.json.`,
          ]),
    ],
  }
}

const places = ['', 'config', 'conf', 'configs', 'include', 'includes', 'inc', 'etc', 'app/config']

/** In the order of the places. */
async function findSample({ source, names: root }: PhpApp): Promise<{ readonly path: string; readonly target: string } | undefined> {
  for (const place of places) {
    if (place !== '' && !root.includes(place.split('/')[0] ?? '')) continue
    const names = place === '' ? root : await source.list(place)
    for (const name of names) {
      const target = /^[\w.-]{1,100}$/.test(name) ? targetOf(name) : undefined
      if (target !== undefined && !names.includes(target)) return { path: joinPaths(place, name), target: joinPaths(place, target) }
    }
  }
  return undefined
}

/** `config.inc.php` of `config.inc.php.sample`, `config.php-dist` and `config.sample.inc.php`; settings of tools are none. */
function targetOf(name: string): string | undefined {
  const [, behind] = /^(.+\.php)[.-](?:sample|dist|example|default|template|tmpl)$/.exec(name) ?? []
  const [, before = '', after = ''] = /^(.+)[._-](?:sample|example|dist)((?:\.\w+)?\.php)$/.exec(name) ?? []
  const target = behind ?? before + after
  return /(?:config|conf|settings|local|database)/i.test(target) && !/^(?:\.|phpunit|phpstan|rector|scoper)/.test(target)
    ? target
    : undefined
}

/** The driver a line of it names, `'mysql'` or `'mysql://…'`. */
function databaseOf(text: string): string | undefined {
  const code = text.replace(/^[ \t]*(?:\/\/|\*|#).*$/gm, '')
  const driver = /['"](mysqli?|pdo_mysql|pgsql|postgres|sqlite3?)(?:['"]|:\/\/)/.exec(code)?.[1]
  if (driver === undefined) return undefined
  if (driver.includes('mysql')) return driver === 'mysqli' ? driver : 'pdo_mysql'
  return driver.startsWith('sqlite') ? 'pdo_sqlite' : 'pdo_pgsql'
}

/** The first file that vendor/autoload.php takes in and that is not there; Composer makes the directory anew where there is a composer.json. */
async function missingPackage({ source, names, composer }: PhpApp): Promise<string | undefined> {
  if (composer !== undefined || !names.includes('vendor')) return undefined
  const text = (await readableText(source, 'vendor/composer/autoload_files.php')) ?? ''
  for (const [, path = ''] of [...text.matchAll(/\$vendorDir \. '(\/[\w@./-]+)'/g)].slice(0, 100)) {
    const file = joinPaths('vendor', path.slice(1))
    if (!file.startsWith('..') && !(await source.hasFile(file))) return file
  }
  return undefined
}
