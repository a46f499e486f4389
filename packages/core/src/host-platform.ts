import { readdirSync, readFileSync } from 'node:fs'
import type { Platform } from './artifact.ts'

/** The machine this runs on, found without starting a process. */
export function hostPlatform(): Platform {
  return { os: process.platform, arch: process.arch, libc: process.platform === 'linux' ? linuxLibc() : '' }
}

/** `ldd` is a script (glibc) or a link to the loader (musl): both say in clear text whose they are. */
function linuxLibc(): string {
  try {
    const ldd = readFileSync('/usr/bin/ldd', 'latin1')
    if (ldd.includes('GLIBC') || ldd.includes('GNU C Library') || ldd.includes('GNU libc')) return 'glibc'
    if (ldd.includes('musl')) return 'musl'
  } catch {
    // No ldd: the loader's name tells as well.
  }
  try {
    return readdirSync('/lib').some((name) => name.startsWith('ld-musl-')) ? 'musl' : 'glibc'
  } catch {
    return 'glibc'
  }
}
