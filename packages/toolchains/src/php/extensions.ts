/** Extensions an app asks for, and the Debian packages that bring them. */
import { own } from '@hop3/core'
import { tableAt } from '../value-at.ts'
import { lockedPackages } from './composer.ts'
import type { PhpApp } from './php-app.ts'

/** In every PHP of Debian. */
const builtIn = new Set(
  'calendar core ctype date exif ffi fileinfo filter ftp gettext hash iconv json libxml opcache openssl pcntl pcre pdo phar posix random readline reflection session shmop sockets sodium spl standard sysvmsg sysvsem sysvshm tokenizer zend-opcache zlib'.split(
    ' ',
  ),
)
/** Packages that hold several, or are named otherwise. */
const packages: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['dom', 'simplexml', 'xml', 'xmlreader', 'xmlwriter', 'xsl'].map((name) => [name, 'php-xml'])),
  ...Object.fromEntries(['mysqli', 'mysqlnd', 'pdo_mysql'].map((name) => [name, 'php-mysql'])),
  ...Object.fromEntries(['pgsql', 'pdo_pgsql'].map((name) => [name, 'php-pgsql'])),
  ...Object.fromEntries(['sqlite3', 'pdo_sqlite'].map((name) => [name, 'php-sqlite3'])),
  ...Object.fromEntries(['odbc', 'pdo_odbc'].map((name) => [name, 'php-odbc'])),
}

/** Without `ext-`, sorted: of composer.json and of every package it locks for production, else of the `database` a configuration is for. */
export function extensionsOf({ composer, framework }: PhpApp, database?: string): readonly string[] {
  const tables = [composer?.data, ...lockedPackages(composer?.lock)].map((one) => tableAt(one, 'require') ?? {})
  const asked = tables.flatMap((table) => Object.keys(table).flatMap((name) => /^ext-([a-z0-9_-]+)$/i.exec(name)?.[1]?.toLowerCase() ?? []))
  const isNamed = framework !== undefined || asked.some((name) => /mysql|pgsql|sqlite/.test(name))
  return [
    ...new Set([...asked, ...(framework?.name === 'wordpress' ? ['mysqli'] : []), ...(isNamed ? [] : [database ?? []].flat())]),
  ].toSorted()
}

export function extensionPackages(extensions: readonly string[]): readonly string[] {
  const wanted = extensions.filter((name) => !builtIn.has(name))
  return [...new Set(wanted.map((name) => own(packages, name) ?? `php-${name.replaceAll('_', '-')}`))].toSorted()
}
