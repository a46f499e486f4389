// The dependency rule: core imports no sibling; a strategy imports core and at most one of planner and releases; nobody imports a strategy but
// the CLI. What a package imports it declares, core as a peer. And no file or folder is named after having no name.
import { readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'

const shared = ['core', 'planner', 'releases']
const unnamed = /^(utils?|helpers?|commons?|misc|shared)$/
const problems = readdirSync('packages').flatMap((name) => [...checkNames(name), ...checkImports(name)])

for (const problem of problems) console.error(problem)
console.error(problems.length === 0 ? 'Dependency rule: kept.' : `Dependency rule: ${problems.length} broken.`)
process.exitCode = problems.length === 0 ? 0 : 1

function checkNames(name) {
  return [join('packages', name), ...filesOf(name, '')]
    .filter((path) => path.split(/[/\\]/).some((part) => unnamed.test(basename(part, extname(part)))))
    .map((path) => `${path}: say in the name what it holds`)
}

function checkImports(name) {
  const manifest = JSON.parse(readFileSync(join('packages', name, 'package.json'), 'utf8'))
  const allowed = allowedSiblings(name)
  const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
  const problems = []

  for (const sibling of siblings(declared.join(' ')))
    if (!allowed(sibling)) problems.push(`packages/${name}/package.json: ${name} may not depend on ${sibling}`)
  if (siblings(declared.join(' ')).filter((sibling) => sibling === 'planner' || sibling === 'releases').length > 1 && name !== 'cli')
    problems.push(`packages/${name}/package.json: ${name} may depend on planner or releases, not on both`)
  if (name !== 'cli' && '@hop3/core' in (manifest.dependencies ?? {}))
    problems.push(`packages/${name}/package.json: core is a peer dependency`)

  for (const path of filesOf(name, 'src').filter((file) => file.endsWith('.ts'))) {
    const text = readFileSync(path, 'utf8')
    const imported = siblings([...text.matchAll(/(?:from|import\(?)\s*'(@hop3\/[^']+)'/g)].map((match) => match[1]).join(' '))
    for (const sibling of imported)
      if (!declared.includes(`@hop3/${sibling}`)) problems.push(`${path}: imports @hop3/${sibling}, which ${name} does not declare`)
    if (/import (z\b|\{).* from 'zod'/.test(text))
      problems.push(`${path}: write import * as z from 'zod' (the bundle is a fifth of the size)`)
  }
  return problems
}

function allowedSiblings(name) {
  if (name === 'cli') return () => true
  if (name === 'core') return () => false
  return (sibling) => (shared.includes(name) ? sibling === 'core' : shared.includes(sibling))
}

function siblings(text) {
  return [...new Set([...text.matchAll(/@hop3\/([a-z0-9-]+)/g)].map((match) => match[1]))]
}

/** Links are not followed: node_modules of a workspace lead back into it. */
function filesOf(name, folder) {
  const root = join('packages', name, folder)
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && entry.name !== 'dist')
    .flatMap((entry) =>
      entry.isDirectory() ? [join(root, entry.name), ...filesOf(name, join(folder, entry.name))] : [join(root, entry.name)],
    )
}
