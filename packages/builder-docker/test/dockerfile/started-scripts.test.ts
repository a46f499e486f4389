import { tempApp } from '@hop3/testing'
import { expect, test } from 'vitest'
import { planDockerfile, startedScripts } from '../../src/dockerfile/dockerfile.ts'
import { plannedFrom } from './planned-apps.ts'

const files = {
  'start.sh': '#!/bin/sh -eu\n# exec ruby old.rb\nmkdir -p page\nexec python3 -m http.server\n',
  'bin/serve': '#!/usr/bin/env node\nimport "x"\n',
  plain: 'php -S 0.0.0.0:8080\n',
}

test.each<[command: string, image: string]>([
  ['sh -eu start.sh', 'python:3-slim-bookworm'],
  ['cd . && exec ./start.sh --fast', 'python:3-slim-bookworm'],
  ['bash plain', 'php:8-cli-bookworm'],
  ['bin/serve', 'node:24-bookworm-slim'],
  ["sh -c 'sh start.sh'", 'debian:bookworm-slim'],
  ['sh ../start.sh', 'debian:bookworm-slim'],
  ['/bin/serve', 'debian:bookworm-slim'],
  ['sh missing.sh', 'debian:bookworm-slim'],
  ['sh .', 'debian:bookworm-slim'],
])('%s runs in %s', async (command, image) => {
  const planned = plannedFrom({ processes: { web: command } })
  const scripts = await startedScripts(planned, await tempApp(files))
  const { text } = planDockerfile({ planned, appName: 'shop', buildkit: true, scripts })
  expect(text.match(/^FROM (\S+)$/gm)?.at(-1)).toBe(`FROM ${image}`)
})

test('what nothing in the image serves is said', () => {
  const runtime = { staticPaths: { '/static/': 'public/' } }
  const { warnings } = planDockerfile({ planned: plannedFrom({ processes: { web: './serve' }, runtime }), appName: 'shop', buildkit: true })
  expect(warnings).toEqual([expect.stringContaining('Nothing in the image serves /static/')])
})
