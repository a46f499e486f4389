import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** Nobody's: a container may be started with any number. */
const uid = 54_321

it.skipIf(process.getuid?.() !== 0)('knows a host to a user without a name', () => {
  const module = new URL('../src/nix-host.ts', import.meta.url).href
  const program = `import { nixHost } from ${JSON.stringify(module)}
    process.setgid(${uid})
    process.setuid(${uid})
    console.log(nixHost({ env: { NIX_REMOTE: 'daemon', NIX_CONF_DIR: '/usr/share' }, toolsPath: '/usr/share' }).ignoresSettings)`
  const args = ['--conditions=@hop3/source', '--input-type=module', '-e', program]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  expect(stderr).not.toContain('Error')
  expect(stdout).toBe('true\n')
})
