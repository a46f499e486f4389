import { join } from 'node:path'
import { test } from 'vitest'
import { expectFound, type Breakage } from './break-promises.ts'

/** The embedded proxy with one part replaced. */
const suite = (change: string): string => `
import { createServer } from 'node:http'
import { dirname } from 'node:path'
import { testProxy } from '@hop3/testing'
import { embeddedProxy } from '@hop3/proxy-embedded'
let calls = 0
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))
const fronts = []
/** An upstream of our own in the place of the app's. */
const front = async (answer) => {
  const server = createServer(answer).unref()
  fronts.push(server)
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return [{ address: '127.0.0.1', port: server.address().port }]
}
const changed = ${change}
testProxy({
  factory: {
    ...embeddedProxy,
    create(context) {
      const good = embeddedProxy.create(context)
      return { ...good, ...changed(good, context) }
    },
  },
  timeout: 60_000,
})`

/** A proxy that makes another route live than the one it was given. */
const routed = (change: string): string => `(good) => ({ apply: async (route) => good.apply({ ...route, ...${change} }) })`

const swapped = 'reaches the new instances as soon as apply has resolved'
const serves = 'knows which release it serves, and starts nothing to say so'
const site = 'publishes a directory, and nothing outside it'

const names = 'refuses beforehand the names it would refuse, with the place they were written, and changes nothing'
const running = 'says which process it keeps running, and none before or after'

const breakages: readonly Breakage[] = [
  { what: 'another name', change: "() => ({ name: 'z' })", titles: ['carries its name'], reason: /embedded/ },
  {
    what: 'no reason',
    change: "() => ({ accept: async () => ({ accepted: true, reason: '' }) })",
    titles: ['says whether it can work here, read-only, with a reason'],
    reason: /has a reason/,
  },
  {
    what: 'an URL that does not answer',
    change: "(good) => ({ apply: async (route) => (await good.apply(route), 'http://127.0.0.1:1/') })",
    titles: ['answers by host name, on the port of the app and at the URL it resolves to'],
    reason: /ECONNREFUSED/,
  },
  {
    what: 'a body lost',
    change: routed(`{ upstreams: await front((q, s) => s.end(JSON.stringify({ method: q.method, body: '' }))) }`),
    titles: ['passes method and body on'],
    reason: /body/,
  },
  {
    what: 'one instance only',
    change: routed('{ upstreams: route.upstreams.slice(0, 1) }'),
    titles: ['sends requests to every instance'],
    reason: /to not deeply equal/,
  },
  {
    what: 'no sockets',
    change: routed('{ upstreams: route.upstreams.filter(({ port }) => port !== null) }'),
    titles: ['reaches an instance on a unix socket'],
    reason: /SyntaxError/,
  },
  {
    what: 'the directory above',
    change: routed('{ upstreams: [{ ...route.upstreams[0], address: dirname(route.upstreams[0].address) }] }'),
    titles: [site],
    reason: /hello/,
  },
  {
    what: 'files outside the site',
    change: routed(`{ protocol: 'http', upstreams: await front((q, s) => {
      const page = { '/': '<h1>hello</h1>', '/deep/page.html': 'deep' }[q.url]
      s.writeHead(page || q.url.includes('..') || q.url.includes('%2') ? 200 : 404).end(page ?? 'secret')
    }) }`),
    titles: [site],
    reason: /the answer to .*secret\.txt/,
  },
  {
    what: 'no fallback',
    change: routed('{ spa: false }'),
    titles: ['answers unknown paths of a single-page site with its index.html'],
    reason: /the app/,
  },
  {
    what: 'no static paths',
    change: routed('{ staticPaths: {} }'),
    titles: ['serves static paths itself and leaves the rest to the instances'],
    reason: /h1 \{\}/,
  },
  {
    what: 'no page',
    change: routed('{ maintenance: undefined }'),
    titles: [
      'answers every request with 503 and the page while it is there, byte for byte, and then as before',
      'shows another page, and that of a site, of an app without instances and of one whose instances are dead',
      'keeps the page when it is started again, when another app comes, and at a new release',
      'lets a request and a WebSocket that are under way go on',
    ],
    reason: /503/,
  },
  {
    what: 'a page that is not as it was written',
    change: routed("{ ...(route.maintenance && { maintenance: route.maintenance.replaceAll('\\r\\n', '\\n') }) }"),
    titles: ['answers every request with 503 and the page while it is there, byte for byte, and then as before'],
    reason: /503/,
  },
  {
    what: 'all removed for one',
    change: '(good) => ({ remove: async () => good.stop() })',
    titles: ['keeps apps apart, and removing one leaves the other'],
    reason: /ECONNREFUSED/,
  },
  {
    what: 'nothing removed',
    change: '() => ({ remove: async () => {} })',
    titles: ['keeps apps apart, and removing one leaves the other', 'removes what is not there, twice'],
    reason: /does not answer/,
  },
  {
    what: 'a removal that must find something',
    change: "() => ({ remove: async () => { throw new Error('there is no shop') } })",
    titles: ['removes what is not there, twice'],
    reason: /there is no shop/,
  },
  {
    what: 'no stop',
    change: '() => ({ stop: async () => {} })',
    titles: ['leaves no process after stop, and stopping again succeeds'],
    reason: /pid/,
  },
  {
    what: 'a swap too late',
    change:
      "(good) => ({ apply: async (route) => calls++ === 0 ? good.apply(route) : (void sleep(500).then(() => good.apply(route)), 'http://x/') })",
    titles: [swapped],
    reason: /answers of others/,
  },
  {
    what: 'another URL each time',
    change: "(good) => ({ apply: async (route) => (await good.apply(route)) + '?' + calls++ })",
    titles: ['applies the same route again: same URL, same answers'],
    reason: /\?1/,
  },
  { what: 'names of others not seen', change: '() => ({ check: async () => {} })', titles: [names], reason: /it throws/ },
  {
    what: 'names refused that are free',
    change: "() => ({ check: async () => { throw new Error('all taken') } })",
    titles: [names],
    reason: /all taken/,
  },
  {
    what: 'no place of the names',
    change: '(good) => ({ check: async ({ origin, ...wish }) => good.check(wish) })',
    titles: [names],
    reason: /hop3\.toml:2:1/,
  },
  { what: 'no process known', change: '() => ({ running: async () => undefined })', titles: [running], reason: /expected undefined to be/ },
  {
    what: 'a process that always runs',
    change: '(good, { listen }) => ({ running: async () => ({ pid: process.pid, port: listen.port }) })',
    titles: [running],
    reason: /to be undefined/,
  },
  { what: 'every release served', change: '() => ({ serves: async () => true })', titles: [serves], reason: /expected true to be false/ },
  { what: 'no release served', change: '() => ({ serves: async () => false })', titles: [serves], reason: /expected false to be true/ },
  {
    what: 'a process to ask',
    change: `(good, { directories, env, run }) => ({
      serves: async () => (await run({ file: 'sleep', args: ['60'], cwd: directories.home, env, detached: true }), false),
    })`,
    titles: [serves],
    reason: /serves\(\) starts nothing/,
  },
  {
    what: 'a gap',
    change: '(good) => ({ apply: async (route) => (await good.remove(route.appName), await sleep(50), good.apply(route)) })',
    titles: [
      'loses no request while the route moves back and forth',
      'shows nobody anything but the app or a 503 while it is turned on and off',
    ],
    reason: /requests that failed/,
  },
  {
    what: 'requests cut off',
    change: `(good) => ({
      apply: async (route) => {
        for (const one of fronts) one.close().closeAllConnections()
        const name = calls++ === 0 ? 'old' : 'new'
        const slow = (q, s) => setTimeout(() => s.end(JSON.stringify({ name })), q.url === '/slow' ? 1000 : 0)
        return good.apply({ ...route, upstreams: await front(slow) })
      },
    })`,
    titles: ['lets a request under way finish on the old instance'],
    reason: /the request under way/,
  },
  {
    what: 'one of several removed',
    change: '(good) => ({ removeAll: ([first]) => good.remove(first) })',
    titles: ['removes several at once, and leaves the others'],
    reason: /not to contain '"three"'/,
  },
  {
    what: 'the old route lost',
    change: '(good) => ({ apply: (route) => good.apply(route).catch(async (error) => { await good.remove(route.appName); throw error }) })',
    titles: ['keeps the old route when the new one asks for a port somebody else has'],
    reason: /SyntaxError/,
  },
  {
    what: 'half a route kept',
    change: `(good) => ({ apply: (route) => good.apply(route).catch(async (error) => {
      const [{ port }] = await front(() => {})
      await new Promise((resolve) => fronts.at(-1).close(resolve))
      await good.apply({ ...route, port })
      throw error
    }) })`,
    titles: ['leaves nothing of a first route that fails'],
    reason: /not to contain 'bad'/,
  },
  {
    what: 'a failure passed over',
    change: "(good) => ({ apply: (route) => good.apply(route).catch(() => 'http://x/') })",
    titles: [
      'keeps the old route when the new one asks for a port somebody else has',
      'leaves nothing of a first route that fails',
      'says so when the place where all apps answer is taken, and keeps nothing running',
    ],
    reason: /it throws/,
  },
]

test('a proxy that breaks a promise fails the tests of that promise', { timeout: 240_000 }, async () => {
  const files = { 'node_modules/@hop3/proxy-embedded': { link: join(import.meta.dirname, '../../proxy-embedded') } }
  await expectFound(suite, breakages, { files, unbreakable: ['is seen when it leaves a process'] })
})
