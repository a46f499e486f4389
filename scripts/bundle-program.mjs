/**
 * For Rolldown (`rolldown -c`): bundles the program with everything every start needs, so that a start reads few files; strategies stay
 * packages, found like anybody's. Not by tsup as the libraries: esbuild splits into as many files as there are combinations of commands
 * that use a module, and `hop3 plan` read forty.
 */
import * as promises from 'node:fs/promises'
import { builtinModules } from 'node:module'
import * as timers from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'rolldown'

const home = new URL('../packages/cli/', import.meta.url)
const dist = new URL('dist/', home)
const path = (name) => fileURLToPath(new URL(name, home))

/** What loads one file each: the first for all commands, the second where an app is configured. Files come with what they import. */
const parts = {
  start: ['src/run-process.ts', 'src/commands/plan.ts', '../planner/src/source/parse-json.ts'],
  configuration: ['hop3-toml', 'procfile', 'app-json'].map((name) => `../planner/src/config/${name}.ts`),
}

export default defineConfig({
  input: { bin: path('src/bin.ts') },
  platform: 'node',
  external: [/^@hop3\/(?:builder|deployer|proxy)-/, /^@hop3\/(?:systemd|toolchains)(?:\/|$)/],
  // Siblings are bundled from their sources, so that the order in which packages are built does not matter.
  resolve: { conditionNames: ['@hop3/source', 'import', 'node', 'default'] },
  transform: { target: 'node22' },
  preserveEntrySignatures: 'allow-extension',
  plugins: [copiesOfZod(), builtinsAsObjects(), tidyDist()],
  output: {
    dir: path('dist'),
    format: 'esm',
    minify: true,
    sourcemap: true,
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: partOf(), debugName: 'parts' }] },
  },
})

function partOf() {
  const known = new Map()
  return (id, context) => {
    // Rolldown's own few lines, which every part needs.
    if (id.startsWith('\0')) return 'start'
    // The parts' schemas are of zod/mini; these are for who asks for more.
    if (copyOf(id) !== undefined || id.includes('/zod/v4/locales/')) return null
    for (const [name, roots] of Object.entries(parts)) {
      const modules = known.get(name) ?? withImports(roots.map(path), (one) => context.getModuleInfo(one)?.importedIds ?? [])
      known.set(name, modules)
      if (modules.has(id)) return name
    }
    return null
  }
}

function withImports(roots, importsOf) {
  const found = new Set(roots)
  for (const id of found) for (const imported of importsOf(id)) found.add(imported)
  return found
}

const copies = { whole: '?zod=whole', classic: '?zod=classic' }
const copyOf = (id) => Object.values(copies).find((mark) => id.endsWith(mark))

/**
 * Three copies of zod, because what one module uses of it all others load: zod/mini for an app's configuration, which every `hop3 plan`
 * reads; zod as core's schemas use it; and the whole of it, with which toolchains declare their options. zod tells schemas by what they can
 * do, not by whose they are.
 */
function copiesOfZod() {
  return {
    name: 'copies-of-zod',
    async resolveId(source, importer = '', options) {
      const asked = importer === path('../planner/src/config/check-options.ts') ? copies.whole : copies.classic
      const mark = copyOf(importer) ?? (source === 'zod' ? asked : undefined)
      if (mark === undefined) return null
      const resolved = await this.resolve(source, importer.replace(mark, ''), { ...options, skipSelf: true })
      return resolved === null ? null : { ...resolved, id: `${resolved.id}${mark}` }
    },
    load: (id) => (copyOf(id) === undefined ? null : promises.readFile(id.replace(copyOf(id), ''), 'utf8')),
  }
}

/**
 * Node's modules are taken as the objects they are. An `import` of one makes a module of it first, which reads its every property: of
 * node:fs alone that loads 34 more modules, 3 ms of a start. An older Node has no `getBuiltinModule`, and is told so by `bin.ts`.
 */
function builtinsAsObjects() {
  return {
    name: 'builtins-as-objects',
    // A line for a line, so that source maps stay true.
    renderChunk: (code) => ({ code: code.replaceAll(/^import (.+) from "(?:node:)?([\w/]+)";$/gm, objectOf), map: null }),
  }
}

function objectOf(line, clause, name) {
  if (!builtinModules.includes(name)) return line
  if (Object.hasOwn(whenCalled, name)) return takenWhenCalled(clause, name)
  const names = clause
    .replace(/^\* as /, '')
    .replaceAll(' as ', ': ')
    .replace(/^default: /, '')
  return `const ${names} = process.getBuiltinModule?.("node:${name}") ?? {};`
}

/** Many files of the first part use them, and `hop3 plan` calls none of their functions: they take 1.6 and 1 ms to load. */
const whenCalled = { 'fs/promises': promises, 'timers/promises': timers }

function takenWhenCalled(clause, module) {
  return clause
    .replaceAll(/[{}]/g, '')
    .split(',')
    .map((word) => word.trim().split(' as '))
    .map(([name, local = name]) => {
      if (typeof whenCalled[module][name] !== 'function')
        throw new Error(`Import ${name} of node:${module} in another way: only functions wait to be called.`)
      return `const ${local} = (...given) => process.getBuiltinModule("node:${module}").${name}(...given);`
    })
    .join(' ')
}

/** Removes what earlier builds left, but for the declarations, which `tsc -b` writes; and the program may be executed. */
function tidyDist() {
  return {
    name: 'tidy-dist',
    async writeBundle(_, bundle) {
      const stale = (await promises.readdir(dist)).filter((name) => /\.js(?:\.map)?$/.test(name) && !Object.hasOwn(bundle, name))
      await Promise.all(stale.map((name) => promises.rm(new URL(name, dist))))
      await promises.chmod(new URL('bin.js', dist), 0o755)
    },
  }
}
