/** Debian packages that gems are compiled with, by the gem's exact name. */
import type { RubyApp } from './ruby-app.ts'

const libraries: Readonly<Record<string, readonly string[]>> = {
  bcrypt: [],
  bootsnap: [],
  charlock_holmes: ['libicu-dev'],
  ffi: ['libffi-dev'],
  mysql2: ['default-libmysqlclient-dev'],
  nio4r: [],
  nokogiri: ['libxml2-dev', 'libxslt1-dev'],
  pg: ['libpq-dev'],
  psych: ['libyaml-dev'],
  puma: [],
  rmagick: ['libmagickwand-dev'],
  'ruby-vips': ['libvips-dev'],
  sqlite3: ['libsqlite3-dev'],
  thin: [],
  trilogy: [],
  unicorn: [],
}

/** Sorted; none for gems that their lock file has compiled. */
export function systemLibraries({ gems, lock }: RubyApp): readonly string[] {
  const compiled = [...gems.keys()].filter((name) => {
    const platforms = lock?.gems.get(name)?.platforms ?? []
    return Object.hasOwn(libraries, name) && !platforms.some((one) => /linux/.test(one))
  })
  if (compiled.length === 0) return []
  return [...new Set(['build-essential', ...compiled.flatMap((name) => libraries[name] ?? [])])].toSorted()
}
