import { describe, expect, test } from 'vitest'
import { mergePlans } from '../src/index.ts'

const provider = { phases: { setup: { nixPkgs: ['nodejs', 'npm'] }, build: { cmds: ['npm run build'] } }, start: { cmd: 'npm start' } }
const packages = (...names: string[]) => ({ phases: { setup: { nixPkgs: names } } })

describe('mergePlans', () => {
  test.each([
    ['other commands', {}, { cmds: ['other'] }, undefined],
    ['the same commands', {}, { cmds: ['make'] }, ['bin']],
    ['more commands', {}, { cmds: ['...', 'more'] }, ['bin']],
    ['other commands, with what they make', {}, { cmds: ['other'], outputs: ['out'] }, ['out']],
    ['other commands over the same files', { onlyIncludeFiles: ['lock'] }, { cmds: ['other'] }, ['bin']],
    ['no commands of its own', {}, { aptPkgs: ['make'] }, ['bin']],
  ])('what a phase makes is known with %s: %j', (_what, inputs, high, outputs) => {
    const low = { phases: { build: { cmds: ['make'], outputs: ['bin'], ...inputs } } }
    expect(mergePlans([low, { phases: { build: high } }]).phases?.['build']?.outputs).toEqual(outputs)
  })

  test('overrides scalars, unites maps, keeps what the higher layer does not mention', () => {
    const low = { buildImage: 'debian', variables: { A: '1', B: '1' }, versions: { node: { version: '20', origin: 'x' } } }
    expect(mergePlans([low, { variables: { B: '2' }, buildImage: 'alpine' }])).toEqual({
      ...low,
      buildImage: 'alpine',
      variables: { A: '1', B: '2' },
    })
  })

  test('null and undefined inherit, an empty list clears', () => {
    const low = { phases: { build: { cmds: ['make'], aptPkgs: ['gcc'], dependsOn: ['setup'] } } }
    const high = { phases: { build: { cmds: null, aptPkgs: [], dependsOn: [] } }, variables: null }
    expect(mergePlans([low, high])).toEqual({ phases: { build: { cmds: ['make'], aptPkgs: [], dependsOn: [] } } })
  })

  test('expands a marker where it stands, once, and drops it', () => {
    expect(mergePlans([provider, packages('...', 'cowsay')]).phases?.['setup']?.nixPkgs).toEqual(['nodejs', 'npm', 'cowsay'])
    expect(mergePlans([provider, packages('a', '@auto', 'z')]).phases?.['setup']?.nixPkgs).toEqual(['a', 'nodejs', 'npm', 'z'])
    expect(mergePlans([packages('a', '...')]).phases?.['setup']?.nixPkgs).toEqual(['a'])
  })

  test('a later layer never expands an earlier marker again', () => {
    const merged = mergePlans([provider, packages('...', 'a'), packages('b', '...')])
    expect(merged.phases?.['setup']?.nixPkgs).toEqual(['b', 'nodejs', 'npm', 'a'])
  })

  test('what a layer replaced, no higher layer brings back', () => {
    const merged = mergePlans([provider, packages('a'), packages('b', '...')])
    expect(merged.phases?.['setup']?.nixPkgs).toEqual(['b', 'a'])
  })

  test('a second marker does not run the commands twice', () => {
    const merged = mergePlans([provider, { phases: { build: { cmds: ['...', 'x', '@auto'] } } }])
    expect(merged.phases?.['build']?.cmds).toEqual(['npm run build', 'x'])
  })

  test('only exact markers are markers', () => {
    const literals = [' ...', '@AUTO', 'echo ...']
    expect(mergePlans([provider, packages(...literals)]).phases?.['setup']?.nixPkgs).toEqual(literals)
  })

  test('providers are spread like any list', () => {
    const merged = mergePlans([{ providers: ['node'] }, { providers: ['...', 'python'] }, { providers: ['...', 'go'] }])
    expect(merged.providers).toEqual(['node', 'python', 'go'])
  })

  test('edges are a set', () => {
    const merged = mergePlans([
      { phases: { build: { dependsOn: ['install'] } } },
      { phases: { build: { dependsOn: ['...', 'install', 'lint'] } } },
    ])
    expect(merged.phases?.['build']?.dependsOn).toEqual(['install', 'lint'])
  })

  test('start merges field by field', () => {
    expect(mergePlans([provider, { start: { user: 'app' } }]).start).toEqual({ cmd: 'npm start', user: 'app' })
  })

  test('leaves its arguments alone', () => {
    const low = structuredClone(provider)
    mergePlans([low, packages('...', 'x')])
    expect(low).toEqual(provider)
  })

  test('a phase called like a property of every object is a phase', () => {
    const merged = mergePlans([{ phases: {} }, { phases: { constructor: { cmds: ['x'] } } }])
    expect(merged.phases?.['constructor']).toMatchObject({ cmds: ['x'] })
  })
})
