/** Node's package holds no npm; the host's runs with any Node its own package.json allows. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isObject, parseJson } from '@hop3/core/json'
import semver from 'semver'
import { findTool } from '../find-tool.ts'

/** The oldest Node that each major version of npm runs with, newest first. */
const oldest: readonly (readonly [npm: string, node: string])[] = [
  ['10', '20.5.0'],
  ['9', '18.0.0'],
  ['8', '16.0.0'],
  ['6', '6.0.0'],
]

/** The npm to install beside this Node, or undefined where the host's will do. */
export function npmBeside(node: string, path: string): string | undefined {
  const range = enginesOf(findTool('npm', path, '/')?.path)
  if (range !== undefined && semver.satisfies(node, range)) return undefined
  return oldest.find(([, least]) => semver.gte(node, least))?.[0] ?? '6'
}

/** `engines.node` of the package.json above a program. */
function enginesOf(program: string | undefined): string | undefined {
  for (let directory = dirname(program ?? '/'); directory !== '/'; directory = dirname(directory)) {
    const file = join(directory, 'package.json')
    if (!existsSync(file)) continue
    const manifest = parseJson(readFileSync(file, 'utf8'))
    if (!isObject(manifest) || manifest['name'] !== 'npm') continue
    const { engines } = manifest
    return isObject(engines) && typeof engines['node'] === 'string' ? engines['node'] : undefined
  }
  return undefined
}
