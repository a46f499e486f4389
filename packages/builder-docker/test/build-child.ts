/** Builds the app at the first argument, in a home at the second, under the name that is the third: a process of its own, for tests that kill it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { createRun, silentLog, systemClock } from '@hop3/core'
import { readAppConfig } from '@hop3/planner'
import { dockerBuilder } from '../src/index.ts'

const [sourcePath = '', home = '', appName = ''] = process.argv.slice(2)
const release = { id: 'r000001-0a0a0a0a', path: join(home, 'release'), buildId: '0a0a0a0a' }
mkdirSync(release.path, { recursive: true })
await dockerBuilder
  .create({
    appName,
    sourcePath,
    config: await readAppConfig({ sourcePath }),
    release,
    cachePath: join(home, 'cache'),
    toolsPath: join(home, 'tools'),
    env: { PATH: process.env['PATH'] ?? '', HOME: home },
    secret: () => undefined,
    toolchains: [],
    log: silentLog,
    run: createRun(),
    signal: new AbortController().signal,
    clock: systemClock,
  })
  .build()
