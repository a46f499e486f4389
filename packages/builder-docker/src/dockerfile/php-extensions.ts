/** PHP's extensions in its official image, which builds them itself: Debian's packages belong to Debian's PHP. */

const installer = 'mlocati/php-extension-installer:2'
/** In every official image. */
const included = new Set(['curl', 'dom', 'mbstring', 'sqlite3', 'xml'])
const several: Readonly<Record<string, readonly string[]>> = {
  mysql: ['mysqli', 'pdo_mysql'],
  pgsql: ['pgsql', 'pdo_pgsql'],
  odbc: ['odbc', 'pdo_odbc'],
}

export interface PhpExtensions {
  /** Those that are none of PHP. */
  readonly packages: readonly string[]
  readonly lines: readonly string[]
  readonly images: readonly string[]
}

export function phpExtensions(packages: readonly string[]): PhpExtensions {
  const names = [...new Set(packages.flatMap((name) => /^php[\d.]*-([a-z0-9-]+)$/.exec(name)?.[1] ?? []))].filter((name) => name !== 'cli')
  const wanted = names.filter((name) => !included.has(name)).flatMap((name) => several[name] ?? [name.replaceAll('-', '_')])
  const others = packages.filter((name) => !/^php[\d.]*(?:-|$)/.test(name))
  if (wanted.length === 0) return { packages: others, lines: [], images: [] }
  return {
    packages: others,
    lines: [
      `COPY --from=${installer} /usr/bin/install-php-extensions /usr/local/bin/`,
      `RUN install-php-extensions ${wanted.toSorted().join(' ')}`,
    ],
    images: [installer],
  }
}
