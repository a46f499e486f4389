// Checks what users get: packs every package and runs publint and attw on the tarballs. Needs `npm run build` first.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'hop3-packages-'))
try {
  process.exitCode = checkAll(readdirSync('packages')) ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}

function checkAll(names) {
  const unbuilt = names.filter((name) => !existsSync(join('packages', name, 'dist')))
  if (unbuilt.length > 0) throw new Error(`Not built: ${unbuilt.join(', ')}. Run: npm run build`)
  // Not `every`: one run reports every package.
  return names.map(check).filter((passed) => !passed).length === 0
}

function check(name) {
  const packed = JSON.parse(
    execFileSync('pnpm', ['pack', '--json', '--pack-destination', folder], { cwd: join('packages', name), encoding: 'utf8' }),
  )
  const tarball = packed.filename
  const checks = [['publint', '--strict', tarball]]
  // A program exports nothing, so there are no types to resolve.
  if (name !== 'cli') checks.push(['attw', '--profile', 'esm-only', '--no-emoji', '--format', 'ascii', tarball])
  const failed = checks
    .map(([tool, ...args]) => [tool, spawnSync(tool, args, { encoding: 'utf8' })])
    .filter(([, result]) => result.status !== 0)
  console.log(`${failed.length === 0 ? 'ok    ' : 'FAILED'} ${name}`)
  for (const [tool, result] of failed) console.log(`${tool}:\n${result.stdout}${result.stderr}`)
  return failed.length === 0
}
