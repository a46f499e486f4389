/** What each package manager runs: a table, nothing else. */
import { shellQuote } from '@hop3/core'
import type { NodeManager } from './manager.ts'

export interface ManagerCommands {
  /** The manager itself. */
  readonly program: string
  /** Installs exactly what the lock file says, or fails. */
  readonly frozen: string
  /** Installs without a lock file. */
  readonly loose: string
  readonly cacheDirectories: readonly string[]
  readonly variables: Readonly<Record<string, string>>
  readonly run: (script: string) => string
  /** Installs one more package, where the manager can without a word in package.json. */
  readonly add: (name: string) => string
}

/** `npx` brings managers that hosts do not have, in the version the app asks for; corepack fails on registries without signatures. */
const withNpx = (name: string, version: string): string => `npx --yes ${shellQuote(`${name}@${version}`)}`

const quietNpm = { npm_config_audit: 'false', npm_config_fund: 'false', npm_config_update_notifier: 'false', npm_config_progress: 'false' }

export const managerCommands: Readonly<Record<NodeManager, (version: string) => ManagerCommands>> = {
  npm: () => ({
    program: 'npm',
    frozen: 'npm ci',
    loose: 'npm install --no-package-lock',
    cacheDirectories: ['~/.npm'],
    variables: quietNpm,
    run: (script) => `npm run ${shellQuote(script)}`,
    add: (name) => `npm install --no-save ${name}`,
  }),
  pnpm: (version) => ({
    program: withNpx('pnpm', version),
    frozen: `${withNpx('pnpm', version)} install --frozen-lockfile`,
    loose: `${withNpx('pnpm', version)} install --no-lockfile`,
    cacheDirectories: ['~/.npm', '~/.local/share/pnpm/store'],
    // Without CI pnpm would ask before it replaces node_modules.
    variables: { ...quietNpm, CI: 'true' },
    run: (script) => `${withNpx('pnpm', version)} run ${shellQuote(script)}`,
    add: (name) => `${withNpx('pnpm', version)} add --save-dev ${name}`,
  }),
  yarn: (version) => ({
    program: withNpx('yarn', version),
    frozen: `${withNpx('yarn', version)} install --frozen-lockfile --non-interactive --production=false`,
    loose: `${withNpx('yarn', version)} install --no-lockfile --non-interactive --production=false`,
    cacheDirectories: ['~/.npm', '~/.cache/yarn'],
    variables: quietNpm,
    run: (script) => `${withNpx('yarn', version)} run ${shellQuote(script)}`,
    add: (name) => `${withNpx('yarn', version)} add --dev --non-interactive ${name}`,
  }),
  'yarn-berry': (version) => ({
    program: withNpx('@yarnpkg/cli-dist', version),
    frozen: `${withNpx('@yarnpkg/cli-dist', version)} install --immutable`,
    loose: `${withNpx('@yarnpkg/cli-dist', version)} install --no-immutable`,
    cacheDirectories: ['~/.npm', '~/.yarn/berry'],
    // Plug'n'Play would make every start command need `yarn node`; the lock file is the same with either linker.
    variables: { ...quietNpm, YARN_NODE_LINKER: 'node-modules', YARN_ENABLE_TELEMETRY: '0', YARN_ENABLE_PROGRESS_BARS: 'false' },
    run: (script) => `${withNpx('@yarnpkg/cli-dist', version)} run ${shellQuote(script)}`,
    add: (name) => `${withNpx('@yarnpkg/cli-dist', version)} add --dev ${name}`,
  }),
  bun: (version) => ({
    ...bunCommands(withNpx('bun', version)),
    cacheDirectories: ['~/.npm', '~/.bun/install/cache'],
    variables: quietNpm,
  }),
}

/** `program`: Bun itself where it runs the app, or what brings it. */
export function bunCommands(program: string): ManagerCommands {
  return {
    program,
    frozen: `${program} install --frozen-lockfile`,
    loose: `${program} install --no-save`,
    cacheDirectories: ['~/.bun/install/cache'],
    variables: {},
    run: (script) => `${program} run ${shellQuote(script)}`,
    add: (name) => `${program} add --dev --no-save ${name}`,
  }
}
