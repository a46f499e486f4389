import { testProxy } from '@hop3/testing'
import { describe } from 'vitest'
import { caddyProxy } from '../src/index.ts'
import { isSkipped, need } from './programs.ts'

describe.skipIf(isSkipped)(`the contract${need}`, () => {
  testProxy({ factory: caddyProxy })
})
