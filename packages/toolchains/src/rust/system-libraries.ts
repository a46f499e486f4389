/** Libraries of the system that crates link with, by the crate's exact name: `openssl` as a part of another name counts for nothing. */
const packages: Readonly<Record<string, { readonly needs: readonly string[]; readonly unless?: string }>> = {
  // `vendored` brings the sources along.
  'openssl-sys': { needs: ['libssl-dev', 'pkg-config'], unless: 'openssl-src' },
  'pq-sys': { needs: ['libpq-dev'], unless: 'pq-src' },
  'mysqlclient-sys': { needs: ['default-libmysqlclient-dev', 'pkg-config'], unless: 'mysqlclient-src' },
  'libdbus-sys': { needs: ['libdbus-1-dev', 'pkg-config'] },
  'rdkafka-sys': { needs: ['cmake', 'g++'] },
}

/** Debian packages for the crates in Cargo.lock, sorted. */
export function systemLibraries(lock: string | undefined): readonly string[] {
  const crates = new Set([...(lock ?? '').matchAll(/^name = "([^"]+)"/gm)].map((found) => found[1]))
  const needed = Object.entries(packages).filter(
    ([crate, { unless }]) => crates.has(crate) && (unless === undefined || !crates.has(unless)),
  )
  return [...new Set(needed.flatMap(([, { needs }]) => needs))].toSorted()
}
