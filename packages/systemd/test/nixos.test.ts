/** The NixOS module, evaluated by the real Nix with a small module system in place of NixOS's own. */
import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownNixStore } from '@hop3/testing'
import { describe, expect, it } from 'vitest'
import { appUnits, unitText } from '../src/index.ts'
import { nixosModule } from '../src/nixos.ts'
import { lacksSystemd, temporary, verifiedTexts } from './real-systemd.ts'
import { runtime, shop } from './shop.ts'

function lacksNix(): boolean {
  const isMissing = spawnSync('nix-instantiate', ['--version']).status !== 0
  if (isMissing && process.env['HOP3_REQUIRE'] === 'all') throw new Error('nix-instantiate is missing: apt-get install nix-bin')
  return isMissing
}

const evil = 'a "b" \'c\' $d %e ${builtins.abort "x"} \'\'${x} ; \\ \n[Service]\nUser=root\\'

/** A module in a store of the test's own, and what it evaluates to with these settings. */
function moduleIn(directory: string, workers: Readonly<Record<string, string>> = runtime.workers) {
  const env = { ...ownNixStore(directory), PATH: process.env['PATH'] ?? '', NIX_PATH: '' }
  writeFileSync(join(directory, 'app'), 'the app')
  const stored = execFileSync('nix-store', ['--add', join(directory, 'app')], { env, encoding: 'utf8' }).trim()
  const { artifact, context } = shop({
    location: stored,
    runtime: { ...runtime, workers, workingDir: stored, pathPrepend: [`${stored}/bin`] },
  })
  for (const [name, text] of Object.entries(nixosModule({ artifact, context, port: 8000, paths: [stored] })))
    writeFileSync(join(directory, name), text)
  const evaluate = (settings: string): unknown => {
    const expression = `import ${join(import.meta.dirname, 'module-system.nix')} { module = ${directory}/default.nix; settings = ${settings}; }`
    const args = ['--eval', '--strict', '--json', '--expr', expression]
    return JSON.parse(execFileSync('nix-instantiate', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }))
  }
  return { stored, evaluate, artifact, context }
}

describe.skipIf(lacksNix())('the NixOS module of an app', { timeout: 60_000 }, () => {
  it('does nothing until it is enabled', () => {
    expect(moduleIn(temporary()).evaluate('{ }')).toMatchObject({ units: {}, dependencies: [] })
  })

  it('has the units of the app, and keeps what they need in the system', () => {
    const { evaluate, stored } = moduleIn(temporary())
    const made = evaluate(
      '{ services.hop3.shop = { enable = true; port = 9000; environmentFiles = [ "/run/secrets/shop" "/srv/[x]*" ]; }; }',
    )
    expect(made).toMatchObject({
      failed: [],
      dependencies: [stored],
      wantedBy: { 'hop3-shop.web@1': ['hop3-shop.target'], 'hop3-shop.cron-clean': [] },
    })
    expect(made).toHaveProperty(['units', 'hop3-shop.web@2.service'], expect.stringContaining('\nEnvironment=PORT=9001\n'))
    expect(made).toHaveProperty(
      ['units', 'hop3-shop.worker@1.service'],
      expect.stringContaining('\nEnvironmentFile=/run/secrets/shop\nEnvironmentFile=/srv/\\[x]\\*\n'),
    )
    expect(made).toHaveProperty(['units', 'hop3-shop.cron-clean.timer'], expect.stringContaining('OnCalendar=*-*-01 08,'))
  })

  it('gives backing services by option', () => {
    const { evaluate } = moduleIn(temporary())
    const made = evaluate(
      '{ services.hop3.shop = { enable = true; postgresql.enable = true; redis.enable = true; healthCheck.enable = false; }; }',
    )
    expect(made).toMatchObject({
      backing: { postgresql: { enable: true, ensureDatabases: ['hop3-shop'] }, redis: { servers: { 'hop3-shop': { enable: true } } } },
    })
    const text: unknown = Reflect.get(Object(Reflect.get(Object(made), 'units')), 'hop3-shop.web@1.service')
    expect(text).toContain('Requires=hop3-shop.before-run.service postgresql.service redis-hop3-shop.service\n')
    expect(text).toContain('Environment=DATABASE_URL=postgresql:///hop3-shop?host=/run/postgresql\n')
    expect(text).toContain('SupplementaryGroups=redis-hop3-shop\n')
    expect(text).not.toContain('ExecStartPost')
  })

  it('is refused for what is no option, or of another type', () => {
    const { evaluate } = moduleIn(temporary())
    expect(() => evaluate('{ services.hop3.shop.ports = 1; }')).toThrow(/is no option/)
    expect(() => evaluate('{ services.hop3.shop = { enable = true; port = "x"; }; }')).toThrow(/not of its type/)
    expect(evaluate(`{ services.hop3.shop = { enable = true; user = "${'x'.repeat(32)}"; }; }`)).toMatchObject({
      failed: [expect.stringContaining('31 letters')],
    })
    expect(evaluate('{ services.hop3.shop = { enable = true; port = 65534; }; }')).toMatchObject({ failed: [] })
    expect(evaluate('{ services.hop3.shop = { enable = true; port = 65535; }; }')).toMatchObject({
      failed: [expect.stringContaining('would have 65536')],
    })
  })

  it('has the words of hop3 systemd, whatever a user wrote in them', () => {
    const workers = { web: evil, cron: `@daily ${evil}` }
    const { evaluate, artifact, context } = moduleIn(temporary(), workers)
    const made = evaluate('{ services.hop3.shop.enable = true; }')
    for (const { service } of appUnits({ artifact, context, user: 'x', environmentFiles: [], port: 1 }).workers) {
      const start = /^ExecStart=.*$/m.exec(unitText(service))?.[0]
      expect(made).toHaveProperty(['units', service.name], expect.stringContaining(`\n${start ?? '?'}\n`))
    }
  })

  it.skipIf(lacksSystemd())('has nothing that systemd would complain about', () => {
    const { evaluate } = moduleIn(temporary(), { ...runtime.workers, evil })
    const made = Object(
      evaluate('{ services.hop3.shop = { enable = true; redis.enable = true; environmentFiles = [ "/run/secrets/shop" ]; }; }'),
    )
    const units = new Map<string, string>()
    for (const [name, text] of Object.entries(Object(made.units))) units.set(name, String(text))
    // What the option brings along.
    units.set('redis-hop3-shop.service', '[Service]\nExecStart=/bin/true\n')
    expect(units.size).toBeGreaterThan(7)
    expect(verifiedTexts(units)).toBe('')
  })
})
