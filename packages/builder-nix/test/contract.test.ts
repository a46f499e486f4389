import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ownNixStore, testBuilder } from '@hop3/testing'
import { afterAll, describe } from 'vitest'
import { nixBuilder } from '../src/index.ts'
import { lacksNix, shellDerivation } from './nix-stage.ts'

const app = (script: string): Record<string, string> => ({
  'server.in': 'a server\n',
  'hop3.nix': `{ }: {
  package = ${shellDerivation('app', script, 'src = ./.;')};
  workers.web = "server --port $PORT";
}\n`,
})

describe.skipIf(lacksNix())('with a store of its own', () => {
  const store = mkdtempSync(join(tmpdir(), 'hop3-nix-'))
  afterAll(() => rmSync(store, { recursive: true, force: true }))
  testBuilder({
    factory: nixBuilder,
    accepts: app('mkdir -p $out/bin; cp $src/server.in $out/bin/server'),
    rejects: { 'notes.txt': 'nothing to run here\n' },
    fails: app('echo broken by the contract >&2; exit 3'),
    slow: app('sleep 297.6134'),
    slowMarker: '297.6134',
    context: { env: { PATH: process.env['PATH'] ?? '', HOME: store, ...ownNixStore(store) } },
  })
})
