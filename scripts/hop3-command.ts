import { fileURLToPath } from 'node:url'

const program = (name: string): string => fileURLToPath(new URL(`../packages/cli/${name}`, import.meta.url))

/** The argument vector of the real program, for tests: from its sources or, with `HOP3_TEST=built`, as it is published, which starts in a third of the time. */
export function hop3Command(words: readonly string[]): readonly string[] {
  if (process.env['HOP3_TEST'] === 'built') return [process.execPath, program('dist/bin.js'), ...words]
  return [process.execPath, '--conditions=@hop3/source', program('src/bin.ts'), ...words]
}
