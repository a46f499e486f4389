import { formatRoute } from '@hop3/core/routes'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from '@hop3/testing'
import { setTimeout } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startProxy } from './harness.ts'

it('gives a name two apps ask for at once to one of them', async () => {
  const { server, routes } = await startProxy({})
  const open = server.listeners.open.bind(server.listeners)
  // A system that takes its time: both have seen that the name is free by then.
  Object.assign(server.listeners, { open: async (...place: Parameters<typeof open>) => setTimeout(50).then(() => open(...place)) })
  const base = {
    release: 'r000001-00000000',
    hosts: ['same.example'],
    protocol: 'http',
    upstreams: [],
    staticPaths: {},
    spa: false,
  } as const
  const names = ['one', 'two']
  for (const appName of names) await writeFile(join(routes, `${appName}.json`), formatRoute({ ...base, appName, port: await freePort() }))
  const problems = await Promise.all(names.map((appName) => server.load(appName)))
  expect(problems.filter((problem) => problem === undefined)).toHaveLength(1)
  expect(problems).toContainEqual(expect.objectContaining({ problem: 'host-taken' }))
  expect(Object.keys(server.apps())).toHaveLength(2)
  expect(server.listeners.ports()).toHaveLength(2)
})
