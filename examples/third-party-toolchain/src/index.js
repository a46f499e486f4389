// A toolchain says what an app needs, as data, from a read-only view of its source; builders decide how to do it.
import { definePlugin, hop3Error } from '@hop3/core'

/** @type {import('@hop3/core').ToolchainFactory} */
export const make = {
  name: 'make',
  specificity: 'inferred',
  create({ source }) {
    return {
      name: 'make',
      async accept() {
        const targets = await readTargets(source)
        if (targets === undefined) return { accepted: false, reason: 'no Makefile' }
        const line = targets.get('start')
        if (line === undefined) return { accepted: false, reason: 'the Makefile has no target "start"', evidence: ['Makefile'] }
        return { accepted: true, reason: 'the Makefile has a target "start"', evidence: [`Makefile:${line}`] }
      },
      plan: async () => planOf((await readTargets(source)) ?? new Map()),
    }
  },
}

export default definePlugin({ protocol: 1, toolchains: [make] })

/** Target → its line. Undefined when there is no Makefile. */
async function readTargets(source) {
  const text = await source.readText('Makefile')
  if (text === undefined) return undefined
  const rules = text.split('\n').map((line, index) => [/^([A-Za-z0-9_.-]+)\s*:(?!=)/.exec(line)?.[1], index + 1])
  return new Map(rules.filter(([target]) => target !== undefined))
}

/** @returns {import('@hop3/core').ToolchainPlan} */
function planOf(targets) {
  if (!targets.has('start')) {
    throw hop3Error('build.make.no-start', 'Cannot plan the app with make: its Makefile has no target "start".', {
      hint: 'Add to the Makefile, with a tab before the command:\nstart:\n\t./my-server --port $(PORT)',
    })
  }
  const build = targets.has('build') ? { cmds: ['make build'] } : { cmds: [] }
  return {
    kind: 'make',
    phases: { setup: { cmds: [], aptPkgs: ['make'], nixPkgs: ['gnumake'] }, build },
    processes: { web: 'exec make --silent start' },
    versions: {},
    runtime: {},
    decisions: ['build', 'start'].flatMap((target) =>
      targets.has(target) ? [{ key: target, value: `make ${target}`, origin: `Makefile:${targets.get(target)}` }] : [],
    ),
    warnings: [],
  }
}
