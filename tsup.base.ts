import { createRequire } from 'node:module'
import { defineConfig, type Options } from 'tsup'

// JavaScript only: `tsc -b` writes the declarations, and `clean` must leave them alone.
const base: Options = {
  format: 'esm',
  target: 'node22',
  platform: 'node',
  sourcemap: true,
  treeshake: true,
  dts: false,
  removeNodeProtocol: false,
  clean: ['!**/*.d.ts', '!**/*.d.ts.map', '!.tsbuildinfo'],
}

/**
 * A package that is imported: its dependencies stay imports, but for zod. Whole, it takes 48 ms to load; the part a package uses, 2 to 10.
 * What is `bundled` besides goes in as far as it is used.
 */
export const library = (entry: string[], bundled: string[] = [], options: Pick<Options, 'minify'> = {}) =>
  defineConfig({
    ...base,
    ...options,
    entry,
    noExternal: ['zod', ...bundled],
    // Siblings are bundled from their sources, so that the order in which packages are built does not matter.
    esbuildOptions: (esbuild) => {
      esbuild.conditions = ['@hop3/source']
      if (bundled.includes('yaml')) esbuild.alias = { yaml: yamlModules }
    },
  })

/** As browsers get it: of modules, one file of which loads in 4 ms. What Node gets are 70 files of another kind, which take 30. */
const yamlModules = createRequire(new URL('packages/planner/package.json', import.meta.url))
  .resolve('yaml')
  .replace(/\/dist\/(?=[^/]+$)/, '/browser/')
