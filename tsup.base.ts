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

// Siblings are bundled from their sources, so that the order in which packages are built does not matter.
const fromSources: Pick<Options, 'esbuildOptions'> = {
  esbuildOptions: (options) => {
    options.conditions = ['@hop3/source']
  },
}

/**
 * A package that is imported: its dependencies stay imports, but for zod. Whole, it takes 48 ms to load; the part a package uses, 2 to 10.
 * What is `bundled` besides goes in as far as it is used.
 */
export const library = (entry: string[], bundled: string[] = []) =>
  defineConfig({ ...base, ...fromSources, entry, noExternal: ['zod', ...bundled] })

/** A package that is run: `bundled` dependencies go into the file, so that starting it reads few files. */
export const program = (entry: string[], bundled: string[]) =>
  defineConfig({
    ...base,
    entry,
    noExternal: bundled,
    splitting: true,
    minify: true,
    ...fromSources,
  })
