/**
 * For Rolldown (`rolldown -c`): bundles the program with everything every start needs, so that a start reads few files; strategies stay
 * packages, found like anybody's. Not by tsup as the libraries: esbuild splits into as many files as there are combinations of commands
 * that use a module, and `hop3 plan` read forty.
 */
import { chmod, readdir, readFile, rm } from 'node:fs/promises'
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
  external: [/^@hop3\/(?:builder|deployer|proxy)-/, '@hop3/toolchains'],
  // Siblings are bundled from their sources, so that the order in which packages are built does not matter.
  resolve: { conditionNames: ['@hop3/source', 'import', 'node', 'default'] },
  transform: { target: 'node22' },
  preserveEntrySignatures: 'allow-extension',
  plugins: [wholeZod(), tidyDist()],
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
    if (isWhole(id) || /\/zod\/v4\/(?:classic|locales)\//.test(id)) return null
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

const mark = '?whole'
const isWhole = (id) => id.endsWith(mark)

/**
 * Toolchains are handed the whole of zod to declare their options with. It gets a copy of its own: what one module wants whole is whole for
 * all, and takes every other command 12 ms more to load. zod tells its schemas by what they can do, not by whose they are.
 */
function wholeZod() {
  return {
    name: 'whole-zod',
    async resolveId(source, importer = '', options) {
      const isWanted = isWhole(importer) || (source === 'zod' && importer === path('../planner/src/config/check-options.ts'))
      if (!isWanted) return null
      const resolved = await this.resolve(source, importer.replace(mark, ''), { ...options, skipSelf: true })
      return resolved === null ? null : { ...resolved, id: `${resolved.id}${mark}` }
    },
    load: (id) => (isWhole(id) ? readFile(id.replace(mark, ''), 'utf8') : null),
  }
}

/** Removes what earlier builds left, but for the declarations, which `tsc -b` writes; and the program may be executed. */
function tidyDist() {
  return {
    name: 'tidy-dist',
    async writeBundle(_, bundle) {
      const stale = (await readdir(dist)).filter((name) => /\.js(?:\.map)?$/.test(name) && !Object.hasOwn(bundle, name))
      await Promise.all(stale.map((name) => rm(new URL(name, dist))))
      await chmod(new URL('bin.js', dist), 0o755)
    },
  }
}
