/** The units of an app, run by the real systemd. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@hop3/testing'
import { expect, it, vi } from 'vitest'
import { appUnits, environmentText, unitText, type Unit } from '../src/index.ts'
import { lacksManager, runUnits, temporary } from './real-systemd.ts'
import { runtime, shop } from './shop.ts'

vi.setConfig({ testTimeout: 90_000 })

/** Answers a second after it has begun, and says what it was given and may do. */
const server = `
import { createServer } from 'node:http'
import { appendFileSync, writeFileSync } from 'node:fs'
const tried = (path) => { try { writeFileSync(path, ''); return 'written' } catch (error) { return error.code } }
const { PORT, HOP3_SOCKET, HOP3_DATA, GREETING, SECRET, APP } = process.env
setTimeout(() => createServer((request, response) => {
  appendFileSync(HOP3_DATA + '/asked', request.url + '\\n')
  response.end()
}).listen(process.argv[2] === 'socket' ? HOP3_SOCKET : PORT), 1000)
const may = [tried(HOP3_DATA + '/mine'), tried('/etc/hop3-test'), tried('/usr/hop3-test')]
writeFileSync(HOP3_DATA + '/told.json', JSON.stringify({ GREETING, SECRET, APP, may }))
`

it.skipIf(lacksManager()).each(['port', 'socket'])('wait for the worker at its %s, and let what comes after begin then', async (where) => {
  const directory = temporary()
  const [source, data] = ['source', 'data'].map((name) => join(directory, name))
  if (source === undefined || data === undefined) throw new Error('no directories')
  mkdirSync(source)
  mkdirSync(data)
  writeFileSync(join(source, 'server.mjs'), server)
  const appEnv = { SECRET: 'ses"ame\n$x' }
  writeFileSync(join(directory, 'shop.env'), environmentText(appEnv, { runtime }))
  const before = ['echo first > "$HOP3_DATA/before"', 'echo second >> "$HOP3_DATA/before"']
  const workers = { web: `exec ${process.execPath} server.mjs ${where}` }
  const own = { ...runtime, workers, beforeRun: before, workingDir: source, pathPrepend: [] }
  const given = shop({ location: source, runtime: own }, { scale: {}, appEnv })
  const {
    target,
    beforeRun,
    workers: made,
  } = appUnits({
    ...given,
    context: {
      ...given.context,
      release: { id: 'r000001-1f3a9c2e', path: directory },
      directories: { ...given.context.directories, data },
    },
    user: 'root',
    environmentFiles: [join(directory, 'shop.env')],
    port: await freePort(),
  })
  const [web] = made
  const done = join(directory, 'done')
  const after = {
    Unit: { Requires: web?.service.name ?? '', After: web?.service.name ?? '' },
    Service: { Type: 'oneshot', ExecStart: `/bin/sh -c "cp ${data}/asked ${done}.new && mv ${done}.new ${done}"` },
  }
  for (const unit of [target, beforeRun, web?.service, { name: 'after.service', sections: after }]) {
    if (unit !== undefined) writeFileSync(join(directory, unit.name), unitText(withoutHiding(unit)))
  }
  // What `systemctl enable` does.
  mkdirSync(join(directory, `${target.name}.wants`))
  for (const name of [web?.service.name ?? '', 'after.service'])
    symlinkSync(join(directory, name), join(directory, `${target.name}.wants`, name))

  runUnits(directory, target.name, done)
  expect(existsSync(done)).toBe(true)
  expect(readFileSync(done, 'utf8')).toMatch(/^\/health\n$/)
  expect(readFileSync(join(data, 'before'), 'utf8')).toBe('first\nsecond\n')
  expect(JSON.parse(readFileSync(join(data, 'told.json'), 'utf8'))).toEqual({
    GREETING: 'hello',
    SECRET: appEnv.SECRET,
    APP: 'shop',
    may: ['written', 'EROFS', 'EROFS'],
  })
})

/** The manager of a user that runs in a container has nothing to put over what it hides. */
function withoutHiding({ name, sections }: Unit): Unit {
  const { ProtectHome: _home, ProtectKernelLogs: _logs, ProtectKernelTunables: _tunables, ...rest } = sections['Service'] ?? {}
  return { name, sections: { ...sections, ...(sections['Service'] && { Service: rest }) } }
}
