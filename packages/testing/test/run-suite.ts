/** Runs test files of a package outside of this repository, as an author would, and says which tests passed and which failed. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { tempApp, type Files } from '@hop3/testing'

/** What we read of vitest's JSON report. */
interface Report {
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly { readonly title: string; readonly status: string; readonly failureMessages: readonly string[] }[]
  }[]
}

export interface SuiteOutcome {
  readonly passed: readonly string[]
  /** `file: title` → why. */
  readonly failed: Readonly<Record<string, string>>
  readonly skipped: readonly string[]
}

export async function runSuite(files: Files): Promise<SuiteOutcome> {
  const packageRoot = join(import.meta.dirname, '..')
  const directory = await tempApp({
    'package.json': '{ "type": "module" }',
    // Linked by its sources, as in a workspace.
    'node_modules/@hop3/testing': { link: packageRoot },
    'node_modules/vitest': { link: join(packageRoot, 'node_modules/vitest') },
    'vitest.config.js': `const conditions = ['@hop3/source', 'module', 'node', 'import', 'default']
export default { resolve: { conditions }, ssr: { resolve: { conditions } } }`,
    ...files,
  })
  // Four, because most of their time is waiting.
  const args = [join(packageRoot, 'node_modules/vitest/vitest.mjs'), 'run', '--maxWorkers=4', '--reporter=json', '--outputFile=report.json']
  // Tests that fail make it exit with 1: the report says which.
  await promisify(execFile)(process.execPath, args, { cwd: directory }).catch(() => undefined)
  const { testResults }: Report = JSON.parse(await readFile(join(directory, 'report.json'), 'utf8'))
  const broken = testResults.find(({ assertionResults }) => assertionResults.length === 0)
  if (broken !== undefined) throw new Error(`No test ran: ${broken.message}`)
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((one) => ({ ...one, title: `${basename(name, '.test.js')}: ${one.title}` })),
  )
  const titled = (wanted: string): readonly string[] => tests.filter(({ status }) => status === wanted).map(({ title }) => title)
  return {
    passed: titled('passed'),
    skipped: titled('skipped'),
    failed: Object.fromEntries(
      tests.filter(({ status }) => status === 'failed').map(({ title, failureMessages }) => [title, failureMessages.join('\n')]),
    ),
  }
}
