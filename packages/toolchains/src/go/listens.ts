/** Whether anything shows that a program serves, and where it is told to. */
import { joinPaths } from '@hop3/core'
import { programText } from '../readable-text.ts'
import { goFiles } from './main-packages.ts'
import type { MainPackage } from './main-packages.ts'
import type { GoModule, GoSource } from './module.ts'

const modules =
  /\b(?:gin|echo|fiber|chi|mux|httprouter|fasthttp|grpc|connect|iris|beego|gofr|huma|hertz|kratos|go-zero|twirp|http|server|websocket|net|web)\b/
const calls = /"net(?:\/\w+)*"|\bPORT\b|\bListen/
/** What reads the words of a command line: such a program is told there where to listen, or has to be told to serve at all. */
const parsers =
  /"(?:flag|github\.com\/(?:spf13\/(?:cobra|pflag)|urfave\/cli|alecthomas\/(?:kong|kingpin)|jessevdk\/go-flags|alexflint\/go-arg|docopt\/docopt-go|umputun\/go-flags)(?:[./][\w./]+)?)"/
/** `os.Getenv("PORT")`, `env:"PORT"`, `${PORT}`. */
const heard = /["`$:{,]PORT\b/
const filesAtMost = 80

/**
 * True as well where the program takes in packages of its own: what they do is not looked into, unless the program reads words. Then one of
 * its own files has to know the variable.
 */
export async function mayListen(app: GoSource, main: MainPackage): Promise<boolean> {
  const { texts, own } = await filesOf(app, main.directory)
  const isServer = app.modules.some(({ requires }) => [...requires].some((path) => modules.test(path)))
  if (!isServer && own.length === 0 && !texts.some((text) => calls.test(text))) return false
  return !(await readsWords(app, { texts, own }))
}

interface Package {
  readonly texts: readonly string[]
  /** The directories of the app's packages it takes in. */
  readonly own: readonly string[]
}

/** It takes words, and the variable is in none of its files: its own first, then those of the packages it takes in, two steps far. */
async function readsWords(app: GoSource, main: Package): Promise<boolean> {
  const seen = new Set<string>()
  let [level, takes, files] = [[main], false, 0]
  for (let step = 0; step < 3; step++) {
    const texts = level.flatMap((one) => one.texts)
    if (texts.some((text) => heard.test(text))) return false
    takes ||= texts.some((text) => parsers.test(text))
    files += texts.length
    // Only what starts a program reads its words.
    if ((step === 1 && !takes) || files > filesAtMost) break
    const directories = [...new Set(level.flatMap((one) => one.own))].filter((one) => !seen.has(one)).slice(0, 20)
    for (const one of directories) seen.add(one)
    level = await Promise.all(directories.map((one) => filesOf(app, one)))
  }
  return takes
}

async function filesOf({ source, modules: all }: GoSource, directory: string): Promise<Package> {
  const names = (await goFiles(source, directory)).slice(0, 20)
  const texts = await Promise.all(names.map(async (name) => (await programText(source, joinPaths(directory, name))) ?? ''))
  return { texts, own: [...new Set(texts.flatMap((text) => ownImports(all, text)))] }
}

function ownImports(all: readonly GoModule[], text: string): readonly string[] {
  return all.flatMap(({ path, directory }) => {
    if (path === '') return []
    return [...text.matchAll(/"([^"\s]+)"/g)].flatMap(([, imported = '']) =>
      imported === path || imported.startsWith(`${path}/`) ? [joinPaths(directory, imported.slice(path.length + 1))] : [],
    )
  })
}
