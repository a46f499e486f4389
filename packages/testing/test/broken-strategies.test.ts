// A suite that cannot fail proves nothing: each strategy here breaks one promise, and exactly the test of that promise has to say so.
import { expect, test } from 'vitest'
import { runSuite } from './run-suite.ts'

/** A good toolchain with one part replaced. */
function toolchain(change: string): string {
  const text = `import { appendFileSync, readFileSync } from 'node:fs'
import { testToolchain } from '@hop3/testing'
let calls = 0
const plan = { kind: 'x', phases: { build: { cmds: ['make'] } }, processes: { web: './x' }, versions: {}, runtime: {}, decisions: [], warnings: [] }
const good = (context) => ({
  name: 'x',
  async accept() {
    const accepted = await context.source.hasFile('x.json')
    return { accepted, reason: accepted ? 'there is an x.json' : 'no x.json' }
  },
  plan: async () => plan,
})
const changed = ${change}
testToolchain({
  factory: { name: 'x', specificity: 'declared', create: (context) => ({ ...good(context), ...changed(context) }) },
  accepts: { 'x.json': '{}' },
  rejects: { 'y.json': '{}' },
})`
  return text
}

const plans = [
  'plans the same bytes for the same files, wherever they lie, and changes none of them',
  'plans what core understands: phases, processes, paths, versions, decisions',
]
const accepts = 'accepts its app, read-only, with reason and evidence that exists'
const refuses = ['refuses another app with a reason', 'refuses an empty directory with a reason']
const named = 'named by an app it would not take, plans the sensible part or says what is missing'

const cases: readonly (readonly [what: string, change: string, titles: readonly string[], reason: RegExp])[] = [
  ['nothing', '() => ({})', [], /^$/],
  ['another name', "() => ({ name: 'z' })", ['carries its name and says how specific it is'], /carries its name/],
  ['no reason to refuse', "() => ({ accept: async () => ({ accepted: false, reason: ' ' }) })", [accepts, ...refuses], /has a reason/],
  ['everything accepted', "() => ({ accept: async () => ({ accepted: true, reason: 'why not' }) })", refuses, /accepted/],
  [
    'evidence nobody finds',
    "() => ({ accept: async () => ({ accepted: true, reason: 'a file', evidence: ['gone.json:3'] }) })",
    [accepts, ...refuses],
    /gone\.json, the evidence/,
  ],
  [
    'console',
    "() => ({ plan: async () => (console.log('planning'), plan) })",
    plans.slice(0, 1),
    /calls console\.log at .*console\.test\.js/,
  ],
  ['standard output', "() => ({ plan: async () => (process.stdout.write('.'), plan) })", plans.slice(0, 1), /writes to process\.stdout/],
  [
    'environment',
    '() => ({ plan: async () => ({ ...plan, kind: process.env.KIND ?? plan.kind }) })',
    plans.slice(0, 1),
    /reads process\.env\.KIND/,
  ],
  ['exit', '() => ({ plan: async () => process.exit(1) })', [...plans, named], /process\.exit\(1\)/],
  ['chdir', "() => ({ plan: async () => (process.chdir('/'), plan) })", [...plans, named], /process\.chdir/],
  ['a plan that is never the same', '() => ({ plan: async () => ({ ...plan, warnings: [String(calls++)] }) })', plans.slice(0, 1), /to be/],
  [
    'a phase of its own invention',
    "() => ({ plan: async () => ({ ...plan, phases: { build: { commands: ['make'] } } }) })",
    [plans[1] ?? '', named],
    /does not fit the schema/,
  ],
  [
    'an absolute path',
    "() => ({ plan: async () => ({ ...plan, runtime: { pathPrepend: ['/opt/x'] } }) })",
    [plans[1] ?? '', named],
    /\/opt\/x is not a relative path/,
  ],
  [
    'a mutated context',
    '(context) => ({ plan: async () => ((context.named = true), plan) })',
    [...plans, named],
    /read only|not extensible/,
  ],
  [
    'an error without a hint',
    "() => ({ plan: async () => { throw Object.assign(new Error('no'), { code: 'build.x' }) } })",
    [...plans, named],
    /no|hint/,
  ],
]

test('a toolchain that breaks a promise fails the tests of that promise, and no other', { timeout: 120_000 }, async () => {
  const fileOf = (what: string): string => what.replaceAll(' ', '-')
  const files = Object.fromEntries(cases.map(([what, change]) => [`test/${fileOf(what)}.test.js`, toolchain(change)]))
  const { failed } = await runSuite(files)
  const expected = cases.flatMap(([what, , titles]) => titles.map((title) => `${fileOf(what)}: ${title}`))
  expect(Object.keys(failed).toSorted()).toEqual(expected.toSorted())
  for (const [what, , titles, reason] of cases) {
    const reasons = titles.map((title) => failed[`${fileOf(what)}: ${title}`])
    expect(reasons.join('\n'), `why ${what} fails`).toMatch(reason)
  }
})

test('a builder that breaks its promises is found out', { timeout: 120_000 }, async () => {
  const text = `import { writeFileSync } from 'node:fs'
import { testBuilder } from '@hop3/testing'
let calls = 0
const factory = {
  name: 'bad',
  specificity: 'declared',
  create: (context) => ({
    name: 'bad',
    async accept() {
      writeFileSync(context.sourcePath + '/probe', String(calls++))
      return { accepted: true, reason: 'it takes everything' }
    },
    fingerprint: async () => String(calls++),
    async build() {
      const sleep = { file: 'sleep', args: ['300'], cwd: context.sourcePath, env: context.env }
      await context.run({ ...sleep, detached: true })
      return { kind: 'x', location: '/tmp', runtime: { workers: {}, workingDir: '' }, builder: 'bad' }
    },
  }),
}
const app = { 'x.json': '{}' }
testBuilder({ factory, accepts: app, rejects: { 'y.json': '{}' }, fails: app, slow: app })`
  const { failed, passed } = await runSuite({ 'test/bad.test.js': text })
  expect(passed).toEqual(['bad: carries its name and says how specific it is'])
  const reasons = Object.values(failed).join('\n')
  for (const reason of [
    'accept() changes nothing on disk',
    'the artifact has something to run',
    'has the same fingerprint',
    'it throws',
    'an aborted build rejects',
    'rejects',
  ]) {
    expect(reasons).toContain(reason)
  }
})
