/** Reading package.json scripts: what they really run. */
import { own } from '@hop3/core'
import { frameworks } from './framework.ts'
import { dependsOn } from './package-json.ts'
import type { NodeApp } from './package-json.ts'

/**
 * The command behind a script, so that it can be started without a package manager in between: measured with npm 11, a SIGTERM to `npm start`
 * ends npm at once and leaves the server running without a word, and npm costs 65 MB and 60 ms per worker. `npm run serve` is followed to `serve`. Undefined when only the manager can run it: it
 * has pre or post scripts, or uses npm's own variables.
 */
export function directCommand(app: NodeApp, script: string, seen: readonly string[] = []): string | undefined {
  const command = own(app.scripts, script)?.trim()
  if (command === undefined || command === '' || seen.includes(script)) return undefined
  if (app.scripts[`pre${script}`] !== undefined || app.scripts[`post${script}`] !== undefined || /\$\{?npm_/.test(command)) return undefined
  const next = /^(?:npm|pnpm|yarn|bun)(?:\s+run)?(?:\s+(?:-s|--silent))?\s+([\w:.-]+)$/.exec(command)?.[1]
  if (next !== undefined && own(app.scripts, next) !== undefined) return directCommand(app, next, [...seen, script])
  return withoutManager(app, command)
}

/** `yarn node server.js` is `node server.js`: programs of packages are on the path, and the manager need not be. Undefined where it has to be. */
function withoutManager({ scripts }: NodeApp, command: string): string | undefined {
  const [, before = '', asked, program = '', rest = ''] =
    /^((?:\w+=\S+\s+)*)(?:yarn|pnpm)\s+(exec\s+|run\s+)?([\w@][\w@./-]*)(\s[^&|;]*)?$/.exec(command) ?? []
  const isProgram = program !== '' && own(scripts, program) === undefined && (asked?.startsWith('exec') === true || !ownWords.test(program))
  if (isProgram) return `${before}${program}${rest}`
  return /(?:^|[&|;]\s*|\s)(?:yarn|pnpm)\s+\S/.test(command) ? undefined : command
}

/** Commands of the managers themselves. */
const ownWords =
  /^(?:add|audit|build|cache|config|create|dedupe|deploy|dlx|env|exec|fetch|info|init|install|i|link|list|ls|pack|patch|prune|rebuild|recursive|remove|root|run|start|store|test|up|update|why|workspaces?)$/

/**
 * True when the script does the framework's build and besides it only what writes nothing (type checks, linters), so that the framework's
 * outputs are all there is to keep. Anything else is right only when it runs every time.
 */
export function isPlainBuild(app: NodeApp, script: string, build: RegExp): boolean {
  if (app.scripts[`pre${script}`] !== undefined || app.scripts[`post${script}`] !== undefined) return false
  const parts = (own(app.scripts, script) ?? '').split('&&').map((part) => part.trim())
  const harmless = /^(?:(?:vue-)?tsc|astro check|svelte-check|eslint|biome|oxlint|next lint|react-router typegen)\b/
  const isParallel = (part: string): boolean =>
    /^run-[ps] type-check ["']build-only/.test(part) && build.test(app.scripts['build-only'] ?? '')
  return (
    parts.some((part) => build.test(part) || isParallel(part)) &&
    parts.every((part) => build.test(part) || harmless.test(part) || isParallel(part))
  )
}

/** npm runs `prepublish` when it installs, too, whatever its name says. */
const lifecycle = ['preinstall', 'install', 'postinstall', 'prepublish', 'preprepare', 'prepare', 'postprepare']
/** What such scripts do in templates: git hooks, types that the build makes again, patches that the phase reads anyway. */
const needsNoSource =
  /^(?:(?:is-ci \|\| )?husky(?: install)?|svelte-kit sync|nux[ti] prepare|lefthook install|simple-git-hooks|patch-package|wxt prepare)(?: \|\| (?:true|echo ['"]?['"]?|exit 0|:))?$/

/** The script that makes the install phase need the whole source, or undefined. */
export function installScript(app: NodeApp): string | undefined {
  return installScripts(app)[0]
}

/** All of them, in the order in which they run. */
export function installScripts({ scripts }: NodeApp): readonly string[] {
  return lifecycle.filter((name) => scripts[name] !== undefined && !needsNoSource.test(scripts[name].trim()))
}

/** Whether the author starts something: a framework's own start script, or a server of finished files, is nobody's decision. */
export function hasOwnStart(app: NodeApp, script = 'start'): boolean {
  const start = own(app.scripts, script)?.trim()
  const framework = frameworks.find(({ dependency }) => dependsOn(app, dependency))
  return (
    start !== undefined &&
    !(framework?.templateStart?.test(start) ?? false) &&
    !/^(?:npx )?(?:serve|http-server|sirv|vite preview)\b/.test(start)
  )
}

/** The first of the scripts a build may be called. */
export function buildScript(app: NodeApp, asked: string | undefined): string | undefined {
  const candidates = asked === undefined ? ['build', 'docs:build'] : [asked]
  return candidates.find(
    (name) =>
      app.scripts[name] !== undefined &&
      (name === asked || name !== 'docs:build' || ['vitepress', 'vuepress'].some((one) => dependsOn(app, one))),
  )
}
