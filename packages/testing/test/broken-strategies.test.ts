// A suite that cannot fail proves nothing: each strategy here breaks one promise, and exactly the test of that promise has to say so.
import { expect, test } from 'vitest'
import { runSuite } from './run-suite.ts'

/** A good toolchain with one part replaced. */
function toolchain(change: string, more = ''): string {
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
  ${more}
})`
  return text
}

const plans = [
  'plans the same bytes for the same files, wherever they lie, and changes none of them',
  'plans what core understands: phases, processes, paths, versions, decisions',
]
const accepts = 'accepts its app, read-only, with a reason'
const refuses = ['refuses another app with a reason', 'refuses an empty directory with a reason']
const named = 'named by an app it would not take, plans the sensible part or says what is missing'

const contradiction = 'a contradiction passed over'

const cases: readonly (readonly [what: string, change: string, titles: readonly string[], reason: RegExp])[] = [
  ['nothing', '() => ({})', [], /^$/],
  [contradiction, '() => ({})', ['throws where the app contradicts itself'], /it throws/],
  ['another name', "() => ({ name: 'z' })", ['carries its name and says how specific it is'], /carries its name/],
  ['no reason to refuse', "() => ({ accept: async () => ({ accepted: false, reason: ' ' }) })", [accepts, ...refuses], /has a reason/],
  ['everything accepted', "() => ({ accept: async () => ({ accepted: true, reason: 'why not' }) })", refuses, /accepted/],
  [
    'evidence nobody finds',
    "() => ({ accept: async () => ({ accepted: true, reason: 'a file', evidence: ['gone.json:3'] }) })",
    ['rests its verdict on files that exist', ...refuses],
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
  const files = Object.fromEntries(
    cases.map(([what, change]) => [
      `test/${fileOf(what)}.test.js`,
      toolchain(change, what === contradiction ? "contradicts: { 'x.json': '!' }," : ''),
    ]),
  )
  const { failed, skipped, passed } = await runSuite(files)
  const expected = cases.flatMap(([what, , titles]) => titles.map((title) => `${fileOf(what)}: ${title}`))
  // Without an app that contradicts itself, or evidence, nothing can be checked: that is said.
  const left = (what: string): readonly string[] => skipped.filter((title) => title.startsWith(`${what}: `))
  expect(left('nothing')).toEqual(['nothing: rests its verdict on files that exist', 'nothing: throws where the app contradicts itself'])
  expect(passed.filter((title) => title.startsWith('nothing: '))).toHaveLength(7)
  expect(Object.keys(failed).toSorted()).toEqual(expected.toSorted())
  for (const [what, , titles, reason] of cases) {
    const reasons = titles.map((title) => failed[`${fileOf(what)}: ${title}`])
    expect(reasons.join('\n'), `why ${what} fails`).toMatch(reason)
  }
})
