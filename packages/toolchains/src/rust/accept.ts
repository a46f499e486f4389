import type { ToolchainContext, Verdict } from '@hop3/core'
import { findBinaries } from './binaries.ts'
import { readCargoProject } from './packages.ts'

/** Accepts a package or workspace with a binary. A library is none of ours: another language may be built around it. */
export async function acceptRust({ source, named }: ToolchainContext): Promise<Verdict> {
  if (!(await source.list()).includes('Cargo.toml')) {
    return named ? { accepted: true, reason: 'the configuration names it', evidence: [] } : { accepted: false, reason: 'no Cargo.toml' }
  }
  const project = await readCargoProject(source)
  const [binary] = project === undefined ? [] : await findBinaries(project)
  if (binary !== undefined) {
    return { accepted: true, reason: `Cargo.toml and the binary ${binary.name}`, evidence: [...new Set(['Cargo.toml', binary.file])] }
  }
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: ['Cargo.toml'] }
  return {
    accepted: false,
    reason: 'Cargo.toml has no binary: no src/main.rs, src/bin or [[bin]], here or in its members',
    evidence: ['Cargo.toml'],
  }
}
