/** The extra that brings the framework an app is made with, where its other requirements do not: `server = ["django", "daphne"]`. */
import type { Decision } from '@hop3/core'
import { originOf } from '../origin.ts'
import { tableAt, textsAt } from '../value-at.ts'
import type { PythonApp } from './python-app.ts'
import { normalizedName, parseRequirement } from './requirement.ts'
import type { Requirement } from './requirement.ts'

export interface NeededExtra {
  readonly name: string
  readonly requirements: readonly Requirement[]
  readonly decision: Decision
}

/** Of several the one that is called like what serves; undefined where that leaves none. */
export function neededExtra({ pyproject, declared, requirements }: PythonApp, framework: string | undefined): NeededExtra | undefined {
  const wanted = normalizedName(framework ?? '')
  if (wanted === '' || declared.has(wanted) || requirements !== undefined) return undefined
  const extras = Object.keys(tableAt(pyproject?.data, 'project', 'optional-dependencies') ?? {}).map((name) => ({
    name,
    requirements: textsAt(pyproject?.data, 'project', 'optional-dependencies', name).flatMap((one) => parseRequirement(one) ?? []),
  }))
  const bringing = extras.filter((extra) => /^[\w.-]+$/.test(extra.name) && extra.requirements.some(({ name }) => name === wanted))
  const usual = serving.map((name) => bringing.find((extra) => normalizedName(extra.name) === name)).find((one) => one !== undefined)
  const chosen = bringing.length === 1 ? bringing[0] : usual
  if (chosen === undefined || notForServing.has(chosen.name)) return undefined
  const origin = originOf('pyproject.toml', pyproject?.text, /^[ \t]*(?:\[project\.optional-dependencies\]|optional-dependencies\s*=)/m)
  return { ...chosen, decision: { key: 'python.extras', value: `${chosen.name}, which brings ${wanted}`, origin } }
}

const serving = ['server', 'web', 'production', 'prod', 'app', 'all']
const notForServing = new Set(['test', 'tests', 'testing', 'dev', 'docs', 'doc', 'lint'])
