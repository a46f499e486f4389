/** The programs of a Go source: where a `package main` lies. */
import { posix } from 'node:path'
import { joinPaths } from '@hop3/core'
import type { SourceView } from '@hop3/core'
import { programText } from '../readable-text.ts'
import { isCompiled } from './build-constraint.ts'
import type { GoSource } from './module.ts'

export interface MainPackage {
  /** The name of its directory, of its module for a module's root. */
  readonly name: string
  /** Relative to the source; `''` for the root. */
  readonly directory: string
  /** The file that says so. */
  readonly file: string
}

/** A monorepo of many directories is searched no further. */
const directoriesAtMost = 100
/** That say nothing: left out of every build. */
const filesAtMost = 20
const passedOver = /^(?:[._].*|vendor|testdata|node_modules|internal|pkg|docs?|tests?|examples?|scripts?|tools?|hack|third_party)$/

/** Of every module: its root, `cmd` and `cmd/*`; where none of these has a program, `main.go` in a directory of the root. */
export async function findMainPackages({ source, modules }: GoSource): Promise<readonly MainPackage[]> {
  const found: MainPackage[] = []
  const roots = modules.length === 0 ? [{ directory: '', path: '' }] : modules
  for (const { directory, path } of roots) {
    const name = moduleName(path) || posix.basename(directory)
    const cmd = joinPaths(directory, 'cmd')
    const commands = (await source.hasDirectory(cmd)) ? (await source.list(cmd)).filter((one) => !one.includes('.')) : []
    const usual = [
      await mainPackage(source, directory, name),
      await mainPackage(source, cmd, name),
      ...(await Promise.all(commands.slice(0, directoriesAtMost).map((one) => mainPackage(source, joinPaths(cmd, one), one)))),
    ].filter((one) => one !== undefined)
    found.push(...(usual.length > 0 ? usual : await elsewhere(source, directory)))
  }
  return found
}

/** The last element of a module's path that is no major version. */
export function moduleName(path: string): string {
  return posix.basename(path.replace(/\/v\d+$/, ''))
}

/** The program in this very directory, if it has one. */
export async function mainPackage(source: SourceView, directory: string, name: string): Promise<MainPackage | undefined> {
  const files = await goFiles(source, directory)
  // All that are compiled are of one package, so any of them tells; main.go is the most likely to be short.
  const likely = files.includes('main.go') ? ['main.go', ...files.filter((one) => one !== 'main.go')] : files
  for (const one of likely.slice(0, filesAtMost)) {
    const file = joinPaths(directory, one)
    const text = await programText(source, file)
    if (text !== undefined && !isLeftOut(text)) return isMain(text) ? { name, directory, file } : undefined
  }
  return undefined
}

async function elsewhere(source: SourceView, directory: string): Promise<readonly MainPackage[]> {
  const names = (await source.list(directory)).filter((name) => !name.includes('.') && !passedOver.test(name))
  const found = await Promise.all(
    names.slice(0, directoriesAtMost).map(async (name) => {
      const inside = joinPaths(directory, name)
      return (await source.hasFile(`${inside}/main.go`)) ? mainPackage(source, inside, name) : undefined
    }),
  )
  return found.filter((one) => one !== undefined)
}

/** The files that are compiled, whatever the host. */
export async function goFiles(source: SourceView, directory: string): Promise<readonly string[]> {
  return (await source.list(directory === '' ? undefined : directory)).filter(
    (name) => /^[^._].*\.go$/.test(name) && !name.endsWith('_test.go'),
  )
}

/** Programs that `go run` and `go generate` start lie beside packages they are no part of, and a place for their directives is none. */
function isLeftOut(text: string): boolean {
  return !isCompiled(text) || (/^\/\/go:generate\b/m.test(text) && /^func main\(\) \{\s*\}/m.test(text))
}

function isMain(text: string): boolean {
  return /^package[ \t]+main\b/m.test(text)
}
