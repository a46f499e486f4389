import { readdirSync } from 'node:fs'
import { defineConfig } from 'vitest/config'

const packages = readdirSync(new URL('./packages', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, root: `packages/${name}` }))
// Sources, not dist: tests need no build.
const conditions = ['@hop3/source', 'module', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    passWithNoTests: true,
    reporters: process.env['CI'] ? ['default', './scripts/count-reporter.ts'] : ['default'],
    projects: [...packages, { name: 'system', root: 'system-tests' }].map(({ name, root }) => ({
      extends: true as const,
      root,
      test: { name, include: ['test/**/*.test.ts'] },
    })),
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
})
