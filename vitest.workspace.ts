import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const packages = readdirSync(new URL('./packages', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ name, root: `packages/${name}`, test: {} }))
const system = [
  { name: 'system', root: 'system-tests', test: { exclude: ['test/cluster/**'] } },
  { name: 'cluster', root: 'system-tests', test: { include: ['test/cluster/*.test.ts'] } },
]
/** Their files share a cluster, or each brings up its own: they run one after another, after those of the other projects. */
const onCluster = { projects: ['deployer-kubernetes', 'cluster'], test: { fileParallelism: false, sequence: { groupOrder: 2 } } }
/** They wait for containers more than they compute: several of their files run at a time, after those of the other projects. */
const waiting = { projects: ['builder-docker', 'deployer-compose'], test: { maxWorkers: 4, sequence: { groupOrder: 1 } } }
/** Files of minutes. They start first, so that none of them is left to run alone at the end. */
const long =
  /\/(?:contract-swarm|examples|examples-as-images|framework-dockerfiles|images-killed|stored-data|swarm|swarm-failures|zero-downtime)\.test\.ts$/
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- no array: what Vitest does with the rest
    const sorted = await super.sort(files)
    return [...sorted.filter(({ moduleId }) => long.test(moduleId)), ...sorted.filter(({ moduleId }) => !long.test(moduleId))]
  }
}
/** What all test files of a project share is made here. */
const setupOf = (root: string): readonly string[] =>
  [fileURLToPath(new URL(`./${root}/test/make-images.ts`, import.meta.url))].filter((path) => existsSync(path))
// Sources, not dist: tests need no build.
const conditions = ['@hop3/source', 'module', 'node', 'import', 'default']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    passWithNoTests: true,
    // Most tests wait for programs: one worker for every core, not all but one of them, and time for a machine that is busy.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    sequence: { sequencer: LongFirst },
    reporters: process.env['CI'] ? ['default', './scripts/count-reporter.ts'] : ['default'],
    projects: [...packages, ...system].map(({ name, root, test }) => ({
      extends: true as const,
      root,
      test: {
        name,
        include: ['test/**/*.test.ts'],
        globalSetup: [...setupOf(root)],
        ...test,
        ...(waiting.projects.includes(name) ? waiting.test : {}),
        ...(onCluster.projects.includes(name) ? onCluster.test : {}),
      },
    })),
    coverage: { provider: 'v8', include: ['packages/*/src/**/*.ts'], reporter: ['text-summary', 'html'] },
  },
})
