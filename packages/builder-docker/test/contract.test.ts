import { randomInt } from 'node:crypto'
import { testBuilder } from '@hop3/testing'
import { dockerBuilder } from '../src/index.ts'
import { describe } from 'vitest'
import { lacksEngine, removeContractImages } from './engine-fixture.ts'

const dockerfile = (command: string): string =>
  `FROM debian:bookworm-slim\nWORKDIR /app\nCOPY . .\n${command}\nCMD ["./server", "--port", "8080"]\n`
const app = (command: string, options = ''): Record<string, string> => ({
  Dockerfile: dockerfile(command),
  'server.in': 'a server\n',
  ...(options === '' ? {} : { 'hop3.toml': `[build.docker]\n${options}\n` }),
})

describe.skipIf(lacksEngine()).each([
  ['BuildKit', ''],
  ['the classic builder', 'buildkit = false'],
])('with %s', (_name, options) => {
  removeContractImages()
  const seconds = `299.${randomInt(1_000_000_000)}`
  testBuilder({
    factory: dockerBuilder,
    accepts: app('RUN cp server.in server', options),
    rejects: { 'notes.txt': 'nothing to run here\n' },
    fails: app('RUN echo broken by the contract >&2; exit 3', options),
    slow: app(`RUN sleep ${seconds}`, options),
    slowMarker: seconds,
  })
})
