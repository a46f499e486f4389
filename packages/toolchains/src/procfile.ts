import type { SourceView } from '@hop3/core'

/** Lines that build, prepare or publish; every other name is a process. */
const notStarted = /^(?:static|release|prebuild|build|prerun|postbuild)$/

export interface ProcfileProcess {
  readonly name: string
  readonly command: string
  /** `Procfile:2`. */
  readonly origin: string
}

/** What an app's Procfile starts. The planner judges the file; here it only matters what is meant. */
export async function procfileProcesses(source: SourceView, names: readonly string[]): Promise<readonly ProcfileProcess[]> {
  return (await procfileLines(source, names)).filter(({ name }) => !notStarted.test(name))
}

export interface ProcfileProgram {
  /** `target/release/worker`. */
  readonly path: string
  /** `worker`. */
  readonly name: string
  /** `Procfile:2`. */
  readonly origin: string
  /** By the line `web`. */
  readonly isWeb: boolean
}

/** What its lines call that lies in one of the directories a build fills: `bin/worker`, `./target/release/server --port $PORT`. */
export async function procfilePrograms(
  source: SourceView,
  names: readonly string[],
  directories: readonly string[],
): Promise<readonly ProcfileProgram[]> {
  const paths = new RegExp(`(?<![^\\s"'=;&|(])(?:\\./)?((?:${directories.join('|')})/([\\w.-]{1,200}))(?![^\\s"';&|)])`, 'g')
  return (await procfileLines(source, names)).flatMap(({ name: line, command, origin }) =>
    [...command.matchAll(paths)].map(([, path = '', name = '']) => ({ path, name, origin, isWeb: line === 'web' })),
  )
}

async function procfileLines(source: SourceView, names: readonly string[]): Promise<readonly ProcfileProcess[]> {
  for (const file of ['Procfile', 'hop3/Procfile'].filter((one) => names.includes(one.split('/')[0] ?? ''))) {
    const lines = ((await source.readText(file)) ?? '').split(/\r\n|\n|\r/)
    const found = lines.flatMap((line, index) => {
      const [, name = '', command = ''] = /^\s*([A-Za-z0-9._-]+)\s*:\s*(\S.*)/.exec(line) ?? []
      return name === '' ? [] : [{ name, command, origin: `${file}:${index + 1}` }]
    })
    if (found.some(({ name }) => !notStarted.test(name))) return found
  }
  return []
}

/** Where an app's Procfile starts something: `Procfile:2`. */
export async function procfileStart(source: SourceView, names: readonly string[]): Promise<string | undefined> {
  return (await procfileProcesses(source, names))[0]?.origin
}
