/** Deployers that each break one promise about processes: scale, environment, commands, draining. */
import type { Breakage } from './break-promises.ts'
import { deployed } from './broken-deployers.ts'

const environment = 'gives a worker the environment core says, byte for byte, and nothing of its tools'
const exec = 'runs a command as a worker would run and resolves to its exit code'
const secrets = 'shows no value of the environment in arguments or log'
const drains = 'lets requests under way finish when it retires'
const aborts = 'leaves nothing when the signal aborts while it waits'

export const brokenProcesses: readonly Breakage[] = [
  {
    what: 'one address for all',
    change: deployed('return { ...info, upstreams: info.upstreams.slice(0, 1) }'),
    titles: ['has an address for every instance, and each answers'],
    reason: /length of 3/,
  },
  {
    what: 'the name lost at zero',
    change: deployed('return info.upstreams.length === 0 ? none : info'),
    titles: ['scaled to zero keeps protocol http, without upstreams: the app keeps its name'],
    reason: /http/,
  },
  {
    what: 'an address of nothing',
    change: deployed("return info.protocol === 'none' ? { ...info, protocol: 'http' } : info"),
    titles: ['runs an app without a web worker, which has no address'],
    reason: /http/,
  },
  {
    what: 'values changed',
    change: '(good, { appEnv }, as) => as({ appEnv: { ...appEnv, AWKWARD: appEnv.AWKWARD?.trim() } })',
    titles: [environment],
    reason: /the environment is what core says/,
  },
  {
    what: 'an environment of tools',
    change: '(good, { baseEnv, env }, as) => as({ baseEnv: { ...baseEnv, ...env } })',
    titles: [environment],
    reason: /not for workers/,
  },
  { what: 'no commands', change: '() => ({ exec: undefined })', titles: [exec], reason: /expected undefined to be \+0/ },
  {
    what: 'commands that always succeed',
    change: '(good) => ({ exec: async (...asked) => (await good.exec(...asked), 0) })',
    titles: [exec],
    reason: /expected \+0 to be 3/,
  },
  {
    what: 'a worker for a command',
    change: '(good) => ({ exec: async (...asked) => (await good.deploy(), good.exec(...asked)) })',
    titles: [exec],
    reason: /exec starts no worker/,
  },
  {
    what: 'values in the log',
    change: deployed('context.log.info(JSON.stringify(context.appEnv)); return info'),
    titles: [secrets],
    reason: /nobody-may-read/,
  },
  {
    what: 'values in arguments',
    change: deployed(`
      const { directories, env, run, appEnv } = context
      await run({ file: 'sh', args: ['-c', 'sleep 60; :', appEnv.SECRET], cwd: directories.home, env, detached: true })
      return info`),
    titles: [secrets],
    reason: /nobody-may-read/,
  },
  {
    what: 'requests cut off',
    change: '(good, { config }, as) => ({ retire: () => as({ config: { ...config, stopTimeout: 0 } }).retire() })',
    titles: [drains],
    reason: /ECONNRESET|socket hang up/,
  },
  {
    what: 'a deaf deployer',
    change: '(good, context, as) => ({ deploy: (deltas) => as({ signal: new AbortController().signal }).deploy(deltas) })',
    titles: ['does not begin when the signal has aborted before', aborts],
    reason: /resolved[^]*timed out/,
  },
  {
    what: 'nothing begun',
    change: "() => ({ deploy: async () => { throw new Error('no') } })",
    titles: [aborts],
    reason: /a worker runs and is not healthy yet/,
  },
]
