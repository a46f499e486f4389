/** Paths of the store that a release needs besides what its expression mentions. */
import type { AppConfig } from '@hop3/core'
import type { Evaluation } from './evaluate.ts'
import type { NixSession } from './session.ts'

/** As `nix-store --realise` takes them: what is built, the nixpkgs that was fetched for it, and what the app's configuration names. */
export function keptPaths({ context, host, pin }: NixSession, { app, nixpkgs }: Evaluation): readonly string[] {
  const fetched = nixpkgs !== undefined && pin()?.kind === 'archive' ? [nixpkgs] : []
  return [...new Set([...app.realise, ...fetched, ...mentioned(context.config, host().env['NIX_STORE_DIR'] ?? '/nix/store')])]
}

function mentioned({ runtime, env }: AppConfig, store: string): readonly string[] {
  const { workers, beforeRun = [], staticPaths = {} } = runtime
  const values = Object.values(env).flatMap((one) => (one.kind === 'literal' ? [one.value] : []))
  const texts = [...Object.values(workers), ...beforeRun, ...Object.values(staticPaths), ...values]
  return texts
    .flatMap((text) => text.split(`${store}/`).slice(1))
    .flatMap((rest) => {
      const name = /^[0-9a-z]{32}-[0-9A-Za-z+._?=-]+/.exec(rest)?.[0]
      return name === undefined ? [] : [`${store}/${name}`]
    })
}
