import type { SourceView } from '@hop3/core'

/** Lines that build, prepare or publish; every other name is a process. */
const notStarted = /^(?:static|release|prebuild|build|prerun|postbuild)$/

/** Where an app's Procfile starts something: `Procfile:2`. The planner judges the file; here it only matters that a process is meant. */
export async function procfileStart(source: SourceView, names: readonly string[]): Promise<string | undefined> {
  for (const file of ['Procfile', 'hop3/Procfile'].filter((one) => names.includes(one.split('/')[0] ?? ''))) {
    const lines = ((await source.readText(file)) ?? '').split(/\r\n|\n|\r/)
    const index = lines.findIndex((line) => {
      const name = /^\s*([A-Za-z0-9._-]+)\s*:\s*\S/.exec(line)?.[1]
      return name !== undefined && !notStarted.test(name)
    })
    if (index >= 0) return `${file}:${index + 1}`
  }
  return undefined
}
