/** By what the package managers say of a lock file that does not fit its manifest: the command that makes it fit. */
const repairs: readonly (readonly [says: RegExp, command: string, lockFile: string])[] = [
  [/`npm ci` (?:command )?can only install /, 'npm install', 'package-lock.json'],
  [/ERR_PNPM_(?:OUTDATED_LOCKFILE|BROKEN_LOCKFILE|LOCKFILE_CONFIG_MISMATCH)/, 'pnpm install --no-frozen-lockfile', 'pnpm-lock.yaml'],
  [/Your lockfile needs to be updated|YN0028:/, 'yarn install', 'yarn.lock'],
  [/lockfile had changes, but lockfile is frozen/, 'bun install', 'bun.lock'],
  [/lockfile (?:at )?`?uv\.lock`? needs to be updated|needs to be updated, but `--(?:locked|frozen)` was provided/, 'uv lock', 'uv.lock'],
  [/poetry\.lock was last generated|poetry\.lock is not up to date/, 'poetry lock', 'poetry.lock'],
  [/Pipfile\.lock .*(?:is )?out of date/, 'pipenv lock', 'Pipfile.lock'],
  [/Cargo\.lock needs to be updated but --(?:locked|frozen)/, 'cargo update --workspace', 'Cargo.lock'],
  [/updates to go\.mod needed|missing go\.sum entry/, 'go mod tidy', 'go.mod and go.sum'],
]

export interface LockRepair {
  readonly command: string
  /** What it changes. */
  readonly lockFile: string
}

/** Undefined when the output says no such thing. */
export function lockRepair(lines: readonly string[]): LockRepair | undefined {
  const found = repairs.find(([says]) => lines.some((line) => says.test(line)))
  return found && { command: found[1], lockFile: found[2] }
}
