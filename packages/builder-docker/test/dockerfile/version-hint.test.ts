/** What a warning or an error tells authors to write of a version is planned, and read, as they would write it. */
import { createLog, isHop3Error, systemClock, type ToolchainFactory } from '@hop3/core'
import { planApp, readAppConfig } from '@hop3/planner'
import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import { planDockerfile } from '../../src/dockerfile/dockerfile.ts'

const log = createLog({ sink: () => {}, clock: systemClock })

/** Asks for the version it is told, as those of the repository do. */
const python: ToolchainFactory = {
  name: 'python',
  specificity: 'inferred',
  create: ({ versions }) => ({
    name: 'python',
    accept: async () => ({ accepted: true, reason: 'always' }),
    plan: async () => ({
      kind: 'python',
      phases: { install: { cmds: ['pip install .'] } },
      processes: { wsgi: 'app:app' },
      versions: versions['python'] === undefined ? {} : { python: versions['python'] },
      variables: {},
      exclude: [],
      runtime: { envVars: {}, envPaths: {}, pathPrepend: [], beforeRun: [] },
      decisions: [],
      warnings: [],
    }),
  }),
}

const dockerfileFor = async (toml: string) => {
  const sourcePath = await tempApp({ 'hop3.toml': toml, 'app.py': '' })
  const config = await readAppConfig({ sourcePath })
  const planned = await planApp({ appName: 'shop', sourcePath, config, toolchains: [python], log })
  const { baseImages, warnings } = planDockerfile({ planned, appName: 'shop', buildkit: true })
  return { baseImages, warnings: [...planned.warnings, ...warnings] }
}

/** `[table] key = "…"` of a sentence, with the value, as lines of hop3.toml. */
function linesOf(sentence: string, tool: string, value: string): string {
  const [, table, key] = new RegExp(`\`(\\[[^\\]]+\\]) (${tool}) = "[^"]*"\``).exec(sentence) ?? []
  return `${table}\n${key} = "${value}"\n`
}

test.each([
  ['python', '3.11', 'python:3.11-slim-bookworm'],
  // No toolchain plans it: a command starts it.
  ['node', '20', 'node:20-bookworm-slim'],
])('a version of %s that is written as the warning says is taken, and warned of no more', async (tool, version, image) => {
  const build = '[build]\nbuild = "npm --version"\n'
  const unpinned = (warnings: readonly string[]) => warnings.filter((one) => one.includes(`${tool}: the image's tag moves`))
  const [warning = ''] = unpinned((await dockerfileFor(build)).warnings)

  const { baseImages, warnings } = await dockerfileFor(`${build}${linesOf(warning, tool, version)}`)

  expect(baseImages).toContain(image)
  expect(unpinned(warnings)).toEqual([])
  expect(warnings.join('\n')).not.toContain('read by nothing')
})

test('a version that is written as the error says is taken', async () => {
  const refused = await dockerfileFor('[build.python]\nversion = "<3"\n').catch((error: unknown) => error)
  const hint = isHop3Error(refused) ? refused.hint : undefined

  const { baseImages } = await dockerfileFor(linesOf(hint ?? '', 'python', '3.12'))

  expect(refused).toMatchObject({ code: 'build.dockerfile.version' })
  expect(baseImages).toContain('python:3.12-slim-bookworm')
})
