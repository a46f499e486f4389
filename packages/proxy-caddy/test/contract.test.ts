import { testProgramProxy } from '@hop3/testing'
import { join } from 'node:path'
import { describe } from 'vitest'
import { caddyProxy } from '../src/index.ts'
import { caddy } from '../src/caddy-program.ts'
import { isSkipped, need } from './programs.ts'

const hostileValues = Number(process.env['HOP3_HOSTILE_VALUES'] ?? 200)

describe.skipIf(isSkipped)(`the contract${need}`, () => {
  testProgramProxy({
    factory: caddyProxy,
    program: caddy,
    exported: 'caddyProxy',
    hostileValues,
    certificates: ['internal', 'acme', 'files'],
    readme: join(import.meta.dirname, '../README.md'),
  })
})
