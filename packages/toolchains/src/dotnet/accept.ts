import type { ToolchainContext, Verdict } from '@hop3/core'
import { candidatesOf } from './choose-project.ts'
import { projectName, readProjects, solutionName } from './projects.ts'
import type { Project } from './project.ts'

/** Accepts projects and solutions that make a server, a site or a program; not libraries, tests, or what only Windows runs. */
export async function acceptDotnet({ source, named }: ToolchainContext): Promise<Verdict> {
  const names = await source.list()
  const manifest = names.find((name) => projectName.test(name)) ?? names.find((name) => solutionName.test(name))
  if (named) return { accepted: true, reason: 'the configuration names it', evidence: manifest === undefined ? [] : [manifest] }
  const projects = await readable(readProjects(source, names, false))
  if (projects === undefined) return { accepted: true, reason: 'its projects are .NET', evidence: manifest === undefined ? [] : [manifest] }
  const [program] = candidatesOf(projects)
  if (program !== undefined) return { accepted: true, reason: `${program.file} makes a program`, evidence: [program.file] }
  const [other] = projects
  if (other === undefined) return { accepted: false, reason: 'no .csproj, .fsproj, .vbproj or .sln' }
  const what = other.kind === 'windows' ? 'is for Windows' : 'makes no program to start'
  return { accepted: false, reason: `${other.file} ${what}`, evidence: [other.file] }
}

/** Undefined for what is no XML, which the plan tells. */
async function readable(projects: Promise<readonly Project[]>): Promise<readonly Project[] | undefined> {
  try {
    return await projects
  } catch {
    return undefined
  }
}
