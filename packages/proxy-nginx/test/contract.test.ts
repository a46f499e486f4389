import { testProgramProxy } from '@hop3/testing'
import { join } from 'node:path'
import { describe } from 'vitest'
import { nginxProxy } from '../src/index.ts'
import { nginx } from '../src/nginx-program.ts'
import { isSkipped, need } from './programs.ts'

const hostileValues = Number(process.env['HOP3_HOSTILE_VALUES'] ?? 200)

describe.skipIf(isSkipped)(`the contract${need}`, () => {
  testProgramProxy({
    factory: nginxProxy,
    program: nginx,
    exported: 'nginxProxy',
    hostileValues,
    certificates: ['files'],
    readme: join(import.meta.dirname, '../README.md'),
  })
})
