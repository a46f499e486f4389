/** Deployers that each break one promise about deploying, retiring, stopping and failing. */
import type { Breakage } from './break-promises.ts'

/** A deployer that deploys, and then does something besides or says something else. */
export const deployed = (change: string): string =>
  `(good, context, as) => ({ deploy: async (deltas) => { const info = await good.deploy(deltas); ${change} } })`
const failing = (change: string): string =>
  `(good, context, as) => ({ deploy: (deltas) => good.deploy(deltas).catch(async (error) => { ${change} }) })`

const first = 'deploys: every wanted instance runs and answers, and status says so'
const beside = 'runs a new release beside the old, and retire leaves exactly the wanted'
const back = 'goes back: retire by the old release takes the new one away'
const stops = 'stops everything of the app, and stopping again succeeds'
const crash = 'says why a first release does not come up, and leaves nothing of it'
const crashBeside = 'leaves the old release as it is when the new one does not come up'
const scales = 'scales up and down from the scale of its context, leaving the others as they are'
const drains = 'lets requests under way finish when it retires'
const accepts = 'accepts its form of artifact, read-only, with a reason'

export const brokenLives: readonly Breakage[] = [
  {
    what: 'another name',
    change: "() => ({ name: 'z' })",
    titles: ['carries its name and says how specific it is'],
    reason: /carries its name/,
  },
  {
    what: 'nothing accepted',
    change: "() => ({ accept: async () => ({ accepted: false, reason: 'never' }) })",
    titles: [accepts],
    reason: /accepted/,
  },
  {
    what: 'all accepted',
    change: "() => ({ accept: async () => ({ accepted: true, reason: 'always' }) })",
    titles: ['refuses another form with a reason'],
    reason: /accepted/,
  },
  {
    what: 'an accept that writes',
    change: "(good, { directories }) => ({ accept: async () => (await writeFile(directories.data + '/probe', ''), good.accept()) })",
    titles: [accepts],
    reason: /accept\(\) changes nothing/,
  },
  { what: 'a status of nothing', change: '() => ({ status: async () => [] })', titles: [first], reason: /the wanted instances run/ },
  {
    what: 'a status of dead processes',
    change: '(good) => ({ status: async () => (await good.status()).map((one) => ({ ...one, pid: 2 ** 22 + 1 })) })',
    titles: [first],
    reason: /processes of the status run/,
  },
  { what: 'no address', change: deployed('return none'), titles: [first, beside], reason: /first instance|answers/ },
  { what: 'an address of another kind', change: deployed("return { ...info, protocol: 'smtp' }"), titles: [first], reason: /success/ },
  {
    what: 'a process to say the status',
    change: `(good, { directories, env, run }) => ({
      status: async () => (await run({ file: 'sleep', args: ['60'], cwd: directories.home, env, detached: true }), good.status()),
    })`,
    titles: ['starts nothing to say its status'],
    reason: /sleep 60/,
  },
  {
    what: 'a deploy that starts anew',
    change: '(good) => ({ deploy: async (deltas) => (await good.stop(), good.deploy(deltas)) })',
    titles: ['deploys what already runs without touching it'],
    reason: /deploying again/,
  },
  {
    what: 'a deploy that retires',
    change: deployed('await good.retire(); return info'),
    titles: [beside],
    reason: /the old address still answers/,
  },
  {
    what: 'nothing retired',
    change: '() => ({ retire: async () => {} })',
    titles: [back, drains],
    reason: /exactly the wanted[^]*the retired instance is gone/,
  },
  { what: 'no retire', change: '() => ({ retire: undefined })', titles: [beside], reason: /exactly the wanted/ },
  {
    what: 'generations mixed up',
    change: '(good) => ({ status: async () => (await good.status()).map((one) => ({ ...one, generation: 1 })) })',
    titles: ['runs another generation of the same release'],
    reason: /exactly the wanted/,
  },
  {
    what: 'nothing stopped',
    change: '() => ({ stop: async () => {} })',
    titles: [
      stops,
      'stop leaves no process of any worker, children of workers included',
      'ends a worker that ignores SIGTERM after the stop timeout',
    ],
    reason: /pid/,
  },
  {
    what: 'a stop that must find something',
    change:
      "(good) => ({ stop: async () => { if ((await good.status()).length === 0) throw new Error('nothing to stop'); await good.stop() } })",
    titles: [stops],
    reason: /nothing to stop/,
  },
  {
    what: 'a stop for good',
    change: `(good) => ({
      stop: async () => (calls++, good.stop()),
      deploy: async (deltas) => { if (calls > 0) throw new Error('it has been stopped'); return good.deploy(deltas) },
    })`,
    titles: ['deploys again after stop'],
    reason: /it has been stopped/,
  },
  {
    what: 'neighbors stopped',
    change:
      "(good, context, as) => ({ stop: async () => { await good.stop(); if (context.appName === 'shop') await as({ appName: 'shop-web' }).stop() } })",
    titles: ['stopping shop never touches an app whose name begins or ends like it'],
    reason: /the neighbors are as they were/,
  },
  { what: 'a crash passed over', change: failing('return none'), titles: [crashBeside], reason: /it throws/ },
  {
    what: 'a crash of nothing we know',
    change: failing("throw new Error('no')"),
    titles: ["shows the worker's last lines when it does not come up"],
    reason: /made by hop3Error/,
  },
  {
    what: 'a crash without a hint',
    change: failing('throw Object.assign(error, { hint: undefined })'),
    titles: [crash],
    reason: /to match object/,
  },
  {
    what: 'a crash that leaves a process',
    change: failing(`
      const { directories, env, run, release } = context
      await run({ file: 'sleep', args: ['60'], cwd: release.path, env, detached: true })
      throw error`),
    titles: [crash],
    reason: /no process of the release is left/,
  },
  {
    what: 'a crash that takes the old with it',
    change: failing('await good.stop(); throw error'),
    titles: [crashBeside],
    reason: /the old release is as it was/,
  },
  {
    what: 'a crash without the last lines',
    change: failing("throw Object.assign(error, { message: 'It did not come up.', details: {} })"),
    titles: ["shows the worker's last lines when it does not come up"],
    reason: /broken by the contract/,
  },
  {
    what: 'no scale',
    change: '() => ({ scale: async () => {} })',
    titles: ['refuses to scale what the app does not have, and changes nothing', scales, 'scales to zero and back'],
    reason: /it throws[^]*as many run as are wanted/,
  },
  {
    what: 'a scale that starts the others anew',
    change: '(good) => ({ scale: async (deltas) => (await good.stop(), good.scale(deltas)) })',
    titles: [scales],
    reason: /those that ran before still run/,
  },
]
