/** How programs are called that buildGoModule makes: by their package's directory, not by what the toolchain calls them. */
import { shellQuote } from '@hop3/core'
import type { PlannedApp } from '@hop3/planner'

/** Workers whose first word is a program the plan builds, with the name that one has in the package. */
export function goPrograms({ plan, runtime }: PlannedApp, goMod: string): Readonly<Record<string, string>> {
  const commands = Object.values(plan.phases).flatMap(({ cmds }) => cmds)
  const made = commands.flatMap((command) => {
    const [, file, target] = / -o (\S+) (\S+)$/.exec(command) ?? []
    return file === undefined || target === undefined ? [] : [[file, programName(target, goMod)] as const]
  })
  const places = new Map(made)
  return Object.fromEntries(
    Object.entries(runtime.workers).map(([name, command]) => {
      const [first = ''] = command.split(' ', 1)
      const program = places.get(first)
      return [name, program === undefined ? command : `${shellQuote(program)}${command.slice(first.length)}`]
    }),
  )
}

/** `./cmd/server` makes `server`; the module itself the last part of its name, as `go install` calls it. */
function programName(target: string, goMod: string): string {
  const directory = target.replace(/^\.\//, '').replace(/^\.$/, '')
  if (directory !== '') return directory.replace(/^.*\//, '')
  const module = /^module\s+"?(\S+?)"?\s*$/m.exec(goMod)?.[1] ?? ''
  return module.replace(/\/v\d+$/, '').replace(/^.*\//, '')
}
